import torch


class SGD:
    def __init__(self, params, lr, momentum=0.0):
        if lr < 0:
            raise ValueError("lr must not be negative")
        if momentum < 0 or momentum >= 1:
            raise ValueError("momentum must lie in [0, 1)")
        self.params = list(params)
        self.lr = lr
        self.momentum = momentum
        self.v = [torch.zeros_like(p) for p in self.params]

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.params):
                if p.grad is None:
                    continue
                self.v[i] = self.momentum * self.v[i] + p.grad
                p -= self.lr * self.v[i]

    def zero_grad(self):
        for p in self.params:
            p.grad = None
