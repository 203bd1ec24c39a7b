class SGD:
    """Velocities by parameter, made when they are first needed; gradients zeroed in place."""

    def __init__(self, params, lr, momentum=0.0):
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if not 0.0 <= momentum < 1.0:
            raise ValueError(f"Invalid momentum value: {momentum}")
        self.params = list(params)
        self.lr, self.momentum = lr, momentum
        self.state = {}

    def step(self):
        for p in self.params:
            if p.grad is not None:
                d = p.grad.data
                if self.momentum:
                    if p in self.state:
                        self.state[p].mul_(self.momentum).add_(d)
                    else:
                        self.state[p] = d.clone()
                    d = self.state[p]
                p.data.add_(d, alpha=-self.lr)

    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()
