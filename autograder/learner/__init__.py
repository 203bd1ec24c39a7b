"""The learner's day: where they stand, checks, saves, and what is remembered."""
