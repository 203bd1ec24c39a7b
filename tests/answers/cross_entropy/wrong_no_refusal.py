# diagnosis: none
def cross_entropy(logits, labels):
    z = logits - logits.amax(1, keepdim=True)
    log_p = z - z.exp().sum(1, keepdim=True).log()
    return -log_p.gather(1, labels[:, None]).mean()
