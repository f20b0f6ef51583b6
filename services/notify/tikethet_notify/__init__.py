"""TiketHet: notify."""
