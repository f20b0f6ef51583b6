"""TiketHet: devstack."""
