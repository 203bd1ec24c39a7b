# diagnosis: run-1-rate
def diagnosis():
    return {
        1: "learning-rate-too-high",
        2: "augmentation-breaks-labels",
        3: "not-in-eval-mode",
        4: "softmax-twice",
        5: "validation-leak",
    }
