# diagnosis: forbidden
import torch


class SGD(torch.optim.SGD):
    def __init__(self, params, lr, momentum=0.0):
        if momentum >= 1:
            raise ValueError("momentum")
        super().__init__(params, lr=lr, momentum=momentum)
