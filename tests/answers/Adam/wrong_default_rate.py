# diagnosis: none
import torch


class Adam:
    def __init__(self, params, lr=1e-2, betas=(0.9, 0.99), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = list(params), lr, betas, eps
        self.state = {p: [torch.zeros_like(p), torch.zeros_like(p), 0] for p in self.params}

    @torch.no_grad()
    def step(self):
        b1, b2 = self.betas
        for p, s in self.state.items():
            if p.grad is not None:
                s[0], s[1] = b1 * s[0] + (1 - b1) * p.grad, b2 * s[1] + (1 - b2) * p.grad**2
                s[2] += 1
                size = (s[1] / (1 - b2 ** s[2])).sqrt() + self.eps
                p -= self.lr * s[0] / (1 - b1 ** s[2]) / size

    def zero_grad(self):
        for p in self.params:
            p.grad = None
