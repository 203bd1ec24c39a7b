# diagnosis: recall-first
def precision_recall(confusion):
    hits = confusion.diag().float()
    precision = hits / confusion.sum(dim=1).clamp(min=1)
    recall = hits / confusion.sum(dim=0).clamp(min=1)
    return precision, recall
