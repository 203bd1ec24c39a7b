import math


class Adam:
    """The faster form of the paper: the rate is corrected, not the means."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.state = [{"p": p, "m": 0.0, "v": 0.0, "t": 0} for p in params]
        self.lr, self.betas, self.eps = lr, betas, eps

    def step(self):
        b1, b2 = self.betas
        for s in self.state:
            p = s["p"]
            if p.grad is not None:
                g = p.grad.detach().clone()
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * g
                s["v"] = b2 * s["v"] + (1 - b2) * g.pow(2)
                rate = self.lr * math.sqrt(1 - b2 ** s["t"]) / (1 - b1 ** s["t"])
                p.data -= rate * s["m"] / (s["v"].sqrt() + self.eps)

    def zero_grad(self):
        for s in self.state:
            if s["p"].grad is not None:
                s["p"].grad.zero_()
