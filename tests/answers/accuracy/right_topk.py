def accuracy(logits, labels):
    best = logits.softmax(dim=-1).topk(1, dim=-1).indices
    hits = best.eq(labels.view(-1, 1)).sum()
    return hits.item() / labels.shape[0]
