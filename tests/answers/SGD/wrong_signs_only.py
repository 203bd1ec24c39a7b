# diagnosis: none
import torch


class SGD:
    def __init__(self, params, lr, momentum=0.0):
        if lr < 0 or not 0 <= momentum < 1:
            raise ValueError("these settings make no sense")
        self.params = list(params)
        self.lr, self.momentum = lr, momentum
        self.v = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is not None:
                p -= self.lr * p.grad.sign()

    def zero_grad(self):
        for p in self.params:
            p.grad = None
