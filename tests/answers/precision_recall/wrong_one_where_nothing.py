# diagnosis: none
def precision_recall(confusion):
    hits = confusion.diag().float()
    return (hits / confusion.sum(0)).nan_to_num(1.0), (hits / confusion.sum(1)).nan_to_num(1.0)
