import numpy as np
import torch


def precision_recall(confusion):
    matrix = np.array(confusion, dtype=np.float32)
    hits = np.diag(matrix)
    precision = np.divide(
        hits, matrix.sum(axis=0), out=np.zeros_like(hits), where=matrix.sum(axis=0) > 0
    )
    recall = np.divide(
        hits, matrix.sum(axis=1), out=np.zeros_like(hits), where=matrix.sum(axis=1) > 0
    )
    return torch.from_numpy(precision), torch.from_numpy(recall)
