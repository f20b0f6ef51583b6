"""The way into Telegram: one client, its sealed session, what it hears and what it is asked."""
