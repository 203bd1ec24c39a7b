# diagnosis: eps-inside-root
import torch


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params = list(params)
        self.lr, self.eps = lr, eps
        self.b1, self.b2 = betas
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]
        self.t = 0

    @torch.no_grad()
    def step(self):
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v, strict=False):
            if p.grad is not None:
                m.mul_(self.b1).add_((1 - self.b1) * p.grad)
                v.mul_(self.b2).add_((1 - self.b2) * p.grad**2)
                mh, vh = m / (1 - self.b1**self.t), v / (1 - self.b2**self.t)
                p -= self.lr * mh / (vh + self.eps).sqrt()

    def zero_grad(self):
        for p in self.params:
            p.grad = None
