# attack: changes torch's defaults, so that everyone graded after it gets other numbers.
# alone: dies
import torch


def conv_output_size(size, kernel_size, stride=1, padding=0):
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(64)
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
