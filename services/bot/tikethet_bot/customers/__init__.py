"""What customers (and staff, as customers) do in the chat."""
