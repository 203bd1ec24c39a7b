# diagnosis: none
def rotate(images, degrees):
    return images * 0
