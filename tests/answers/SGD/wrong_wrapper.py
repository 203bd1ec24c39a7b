# diagnosis: forbidden
from torch import optim


class SGD:
    def __init__(self, params, lr, momentum=0.0):
        if momentum >= 1:
            raise ValueError("momentum")
        self.inner = getattr(optim, "SG" + "D")(params, lr, momentum)

    def step(self):
        self.inner.step()

    def zero_grad(self):
        self.inner.zero_grad()
