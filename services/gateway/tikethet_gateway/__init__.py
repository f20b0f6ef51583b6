"""TiketHet: gateway."""
