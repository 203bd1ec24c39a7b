import torch


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        if lr < 0:
            raise ValueError("lr must not be negative")
        self.params = tuple(params)
        self.lr, self.betas, self.eps = lr, betas, eps
        self.means = {}
        self.squares = {}
        self.products = {}  # of the betas, which is what the means lack

    @torch.no_grad()
    def step(self):
        for p in filter(lambda p: p.grad is not None, self.params):
            mean = self.means.setdefault(id(p), torch.zeros_like(p))
            square = self.squares.setdefault(id(p), torch.zeros_like(p))
            lack1, lack2 = self.products.get(id(p), (1.0, 1.0))
            self.products[id(p)] = lack1, lack2 = lack1 * self.betas[0], lack2 * self.betas[1]
            mean.mul_(self.betas[0]).add_(p.grad, alpha=1 - self.betas[0])
            square.mul_(self.betas[1]).addcmul_(p.grad, p.grad, value=1 - self.betas[1])
            root = (square / (1 - lack2)).sqrt_().add_(self.eps)
            p.addcdiv_(mean, root, value=-self.lr / (1 - lack1))

    def zero_grad(self):
        for p in self.params:
            p.grad = None
