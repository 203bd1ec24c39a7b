def diagnosis():
    found = (
        "gradients-kept augmentation-breaks-labels not-in-eval-mode softmax-twice validation-leak"
    )
    return dict(enumerate(found.split(), start=1))
