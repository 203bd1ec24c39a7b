# diagnosis: not-stable
def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    z = logits - logits.max()
    log_p = z - z.exp().sum(1, keepdim=True).log()
    return -log_p.gather(1, labels[:, None]).mean()
