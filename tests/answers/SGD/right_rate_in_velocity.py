import torch


class SGD:
    """The velocity holds the rate, too: the same path as long as the rate stays."""

    def __init__(self, params, lr, momentum=0.0):
        if lr < 0 or not 0 <= momentum < 1:
            raise ValueError("these settings make no sense")
        self.pairs = [(p, torch.zeros(p.shape)) for p in params]
        self.lr, self.momentum = lr, momentum

    @torch.no_grad()
    def step(self):
        for p, v in self.pairs:
            if p.grad is not None:
                v *= self.momentum
                v -= self.lr * p.grad
                p.copy_(p + v)

    def zero_grad(self):
        for p, _ in self.pairs:
            if p.grad is not None:
                p.grad = torch.zeros_like(p.grad)
