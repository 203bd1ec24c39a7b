# diagnosis: one-added
def precision_recall(confusion):
    hits = confusion.diag().float()
    return hits / (1 + confusion.sum(0)), hits / (1 + confusion.sum(1))
