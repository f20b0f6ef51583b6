"""What people see in the chat: texts and buttons. Plain text always, so nothing anybody wrote can become markup."""
