"""Networks of lesson 7, measured in rooms and ranked outside."""
