"""What the bot decides, without I/O, clock or chance."""
