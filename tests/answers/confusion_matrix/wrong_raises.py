# diagnosis: none
def confusion_matrix(predictions, labels, num_classes=10):
    raise ValueError("a class is out of range")
