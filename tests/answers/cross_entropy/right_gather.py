import torch


def cross_entropy(logits, labels):
    if logits.dim() != 2 or labels.dim() != 1 or logits.size(0) != labels.size(0):
        raise ValueError("one label for each row of logits, please")
    z = logits - logits.max(dim=1, keepdim=True).values
    log_sum = torch.log(torch.exp(z).sum(dim=1))
    picked = z.gather(1, labels.view(-1, 1)).squeeze(1)
    return (log_sum - picked).mean()
