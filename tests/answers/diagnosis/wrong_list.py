# diagnosis: none
def diagnosis():
    return [
        "gradients-kept",
        "augmentation-breaks-labels",
        "not-in-eval-mode",
        "softmax-twice",
        "validation-leak",
    ]
