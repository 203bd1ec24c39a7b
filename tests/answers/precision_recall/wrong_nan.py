# diagnosis: nan-for-nothing
def precision_recall(confusion):
    hits = confusion.diag()
    return hits / confusion.sum(dim=0), hits / confusion.sum(dim=1)
