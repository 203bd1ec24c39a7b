# diagnosis: gradients-stay
import torch


class SGD:
    def __init__(self, params, lr, momentum=0.0):
        if lr < 0 or not 0 <= momentum < 1:
            raise ValueError("these settings make no sense")
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.v = [0] * len(self.params)

    @torch.no_grad()
    def step(self):
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.v[i] = self.momentum * self.v[i] + p.grad
                p.sub_(self.lr * self.v[i])

    def zero_grad(self):
        for p in self.params:
            grad = p.grad
            grad = None
