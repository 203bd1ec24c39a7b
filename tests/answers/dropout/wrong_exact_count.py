# diagnosis: none


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if not training or p == 1:
        return x if not training else x * 0
    out = (x / (1 - p)).flatten()
    out[: int(p * out.numel())] = 0
    return out.view(x.shape)
