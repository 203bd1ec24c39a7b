"""The reference: everything that the course builds, tested, as a library.

Each name of the seven lessons can be imported from here: `from mnist_course import conv2d`.
Its home is only imported when the name is asked for, so that `mnist-course --help` needs no torch.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "data": "read_idx to_tensors channel_stats normalize train_val_split make_loader load",
    "plots": "tile show_digits class_counts plot_class_counts mean_digits nearest_mean",
    "layers": "conv_output_size conv2d max_pool2d relu dropout Conv2d batch_norm",
    "model": "count_parameters DigitCNN",
    "training": "cross_entropy SGD Adam train_step fit train_digit_cnn",
    "evaluation": "accuracy evaluate confusion_matrix precision_recall predict_probabilities "
    "hardest_mistakes",
    "augmentation": "shift rotate random_affine learning_rate_sweep train_robust_cnn",
    "photos": "prepare_photo",
    "capstone": "build_model train hunt_1 hunt_2 hunt_3 hunt_4 hunt_5 diagnosis",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'mnist_course' has no attribute {name!r}")
    return getattr(import_module(f"mnist_course.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
