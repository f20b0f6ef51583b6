"""TiketHet: tickets."""
