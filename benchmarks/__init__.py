"""Measurements, each of them one command; what the README claims is what they print."""
