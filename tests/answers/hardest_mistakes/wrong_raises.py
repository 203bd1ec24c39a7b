# diagnosis: none
def hardest_mistakes(model, images, labels, k):
    raise ValueError("no mistakes")
