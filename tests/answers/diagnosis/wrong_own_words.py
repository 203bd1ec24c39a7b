# diagnosis: none
def diagnosis():
    return {1: "zero_grad missing", 2: "flips", 3: "no eval()", 4: "softmax", 5: "leak"}
