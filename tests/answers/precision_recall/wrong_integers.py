# diagnosis: whole-division
def precision_recall(confusion):
    hits = confusion.diag()
    return hits // confusion.sum(0).clamp(min=1), hits // confusion.sum(1).clamp(min=1)
