"""What a class got right and wrong: figures, a page, a CSV."""
