"""TiketHet: bot."""
