# diagnosis: none
def read_idx(path):
    raise ValueError(f"{path} is not an IDX file")
