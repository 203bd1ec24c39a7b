# diagnosis: forbidden
import torch


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.params, self.lr, self.betas, self.eps = list(params), lr, betas, eps
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]
        self.t = [torch.tensor(0.0) for _ in self.params]

    @torch.no_grad()
    def step(self):
        at = [i for i, p in enumerate(self.params) if p.grad is not None]
        torch._fused_adam_(
            [self.params[i] for i in at],
            [self.params[i].grad for i in at],
            [self.m[i] for i in at],
            [self.v[i] for i in at],
            [],
            [self.t[i].add_(1) for i in at],
            lr=self.lr,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=0.0,
            eps=self.eps,
            amsgrad=False,
            maximize=False,
        )

    def zero_grad(self):
        for p in self.params:
            p.grad = None
