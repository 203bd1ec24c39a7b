# attack: switches gradients off for good, for everyone graded after it.
# alone: changes
import torch

forever = torch.no_grad()
forever.__enter__()


def relu(x):
    torch.autograd.grad_mode._enter_inference_mode(True)
    torch.set_grad_enabled(False)
