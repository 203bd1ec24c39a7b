# diagnosis: none
def precision_recall(confusion):
    hits = confusion.diag().float()
    precision = hits / confusion.sum(0).clamp(min=1)
    recall = hits / confusion.sum(1).clamp(min=1)
    confusion.fill_diagonal_(0)
    return precision, recall
