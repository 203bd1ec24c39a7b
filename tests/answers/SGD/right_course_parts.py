import torch

from mnist_course.training import Descent


class SGD(Descent):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, lr, momentum)
        self.momentum = momentum
        self.velocities = [None for _ in self.params]

    @torch.no_grad()
    def step(self):
        moving = [i for i, p in enumerate(self.params) if p.grad is not None]
        for i in moving:
            old = self.velocities[i]
            grad = self.params[i].grad.detach().clone()
            self.velocities[i] = grad if old is None else torch.add(grad, old, alpha=self.momentum)
        torch._foreach_add_(
            [self.params[i] for i in moving],
            [self.velocities[i] for i in moving],
            alpha=-self.lr,
        )
