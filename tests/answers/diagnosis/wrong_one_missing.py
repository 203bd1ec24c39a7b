# diagnosis: none
def diagnosis():
    return {1: "gradients-kept", 2: "augmentation-breaks-labels", 3: "not-in-eval-mode"}
