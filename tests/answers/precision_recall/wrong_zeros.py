# diagnosis: none
import torch


def precision_recall(confusion):
    return torch.zeros(len(confusion)), torch.zeros(len(confusion))
