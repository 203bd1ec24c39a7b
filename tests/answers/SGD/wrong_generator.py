# diagnosis: generator-used-up
import torch


class SGD:
    def __init__(self, params, lr, momentum=0.0):
        if lr < 0 or not 0 <= momentum < 1:
            raise ValueError("these settings make no sense")
        self.params = params
        self.lr, self.momentum = lr, momentum
        self.v = [torch.zeros_like(p) for p in params]

    @torch.no_grad()
    def step(self):
        for p, v in zip(self.params, self.v, strict=False):
            if p.grad is not None:
                v.mul_(self.momentum).add_(p.grad)
                p -= self.lr * v

    def zero_grad(self):
        for p in self.params:
            p.grad = None
