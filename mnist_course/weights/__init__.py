"""The network that comes with the course."""
