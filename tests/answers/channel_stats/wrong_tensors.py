# diagnosis: tensors-returned
def channel_stats(images):
    return images.mean(), images.std()
