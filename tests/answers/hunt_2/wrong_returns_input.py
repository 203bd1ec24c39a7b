# diagnosis: nothing-varied
def hunt_2(images, generator):
    return images
