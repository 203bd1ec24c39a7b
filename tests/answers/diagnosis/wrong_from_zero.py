# diagnosis: counted-from-zero
def diagnosis():
    return {
        0: "gradients-kept",
        1: "augmentation-breaks-labels",
        2: "not-in-eval-mode",
        3: "softmax-twice",
        4: "validation-leak",
    }
