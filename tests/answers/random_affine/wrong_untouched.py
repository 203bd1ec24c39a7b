# diagnosis: none
def random_affine(images, max_shift, max_degrees, scale_range, generator):
    return images.clone()
