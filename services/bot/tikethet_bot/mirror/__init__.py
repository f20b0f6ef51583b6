"""The staff group: a topic for every ticket, what is written there, and what of the ticket is shown there."""
