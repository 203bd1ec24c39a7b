import torch


def precision_recall(confusion):
    n = len(confusion)
    precision, recall = torch.zeros(n), torch.zeros(n)
    for c in range(n):
        read, there = confusion[:, c].sum(), confusion[c].sum()
        if read > 0:
            precision[c] = confusion[c, c] / read
        if there > 0:
            recall[c] = confusion[c, c] / there
    return precision, recall
