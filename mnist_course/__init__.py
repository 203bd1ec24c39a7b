"""The reference: everything that the course builds, tested, as a library."""
