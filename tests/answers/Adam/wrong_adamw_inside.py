# diagnosis: forbidden
import torch


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        self.inner = torch.optim.AdamW(params, lr, betas, eps, weight_decay=0)
        self.step, self.zero_grad = self.inner.step, self.inner.zero_grad
