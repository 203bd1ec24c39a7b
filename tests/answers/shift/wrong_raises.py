# diagnosis: none
def shift(images, dx, dy):
    raise ValueError("this cannot be")
