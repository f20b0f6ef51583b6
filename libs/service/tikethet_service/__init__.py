"""TiketHet: service."""
