"""What runs before the services of a container installation: its secrets are made, its database gets its roles."""
