"""Programs outside on NATS: who is let in (`door`, with `passes`), and the consumers they read from (`consumers`)."""
