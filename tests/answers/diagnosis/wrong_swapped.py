# diagnosis: runs-2-and-5-swapped
def diagnosis():
    return {
        1: "gradients-kept",
        2: "validation-leak",
        3: "not-in-eval-mode",
        4: "softmax-twice",
        5: "augmentation-breaks-labels",
    }
