"""Read models: what the log says, laid out for questions. Written in the transaction that appends the events."""
