# diagnosis: forbidden
from torch import optim


class Adam(optim.Adam):
    pass
