# diagnosis: none
def class_counts(labels, num_classes=10):
    raise ValueError("label out of range")
