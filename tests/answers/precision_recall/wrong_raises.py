# diagnosis: none
def precision_recall(confusion):
    raise ValueError("no such class")
