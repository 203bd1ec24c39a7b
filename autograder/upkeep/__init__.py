"""Lessons put back as they came, and a learner's work carried into new ones."""
