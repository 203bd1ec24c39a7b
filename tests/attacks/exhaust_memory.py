# attack: takes memory in one piece, and fills it; in a room of its own as much as there is.
# alone: memory
import os
import time

import torch

MOST = 4 * 2**30 if os.getpid() == 1 else 1_200_000_000  # bytes


def conv_output_size(size, kernel_size, stride=1, padding=0):
    global kept
    kept = torch.ones(MOST // 4)
    time.sleep(2)
