"""A class, graded in one command: found, graded, kept, and handed to gradebooks."""
