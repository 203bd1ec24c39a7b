"""The contract with learners: names, signatures, results, refusals, and arguments left alone."""

import copy
import gzip
import inspect
from importlib import import_module

import numpy as np
import pytest
import torch
from torch import nn

import mnist_course
from mnist_course import augmentation, training
from mnist_course.data import read_idx

SYLLABUS = {
    "data": """
        read_idx(path)
        to_tensors(images, labels)
        channel_stats(images)
        normalize(images, mean, std)
        train_val_split(images, labels, val_fraction, seed)
        make_loader(images, labels, batch_size, shuffle=False, seed=0)
    """,
    "plots": """
        tile(images, columns)
        show_digits(images, labels, columns=8)
        class_counts(labels, num_classes=10)
        plot_class_counts(labels)
        mean_digits(images, labels)
        nearest_mean(images, means)
    """,
    "layers": """
        conv_output_size(size, kernel_size, stride=1, padding=0)
        conv2d(x, weight, bias=None, stride=1, padding=0)
        max_pool2d(x, kernel_size, stride=None)
        relu(x)
        dropout(x, p=0.5, training=True)
        Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True)
        batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5)
    """,
    "model": """
        count_parameters(model)
        DigitCNN()
    """,
    "training": """
        cross_entropy(logits, labels)
        SGD(params, lr, momentum=0.0)
        Adam(params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
        train_step(model, optimizer, images, labels)
        fit(model, train_loader, val_loader, epochs, lr, device=None)
        train_digit_cnn(train_images, train_labels, seed=0)
    """,
    "evaluation": """
        accuracy(logits, labels)
        evaluate(model, loader)
        confusion_matrix(predictions, labels, num_classes=10)
        precision_recall(confusion)
        predict_probabilities(model, images)
        hardest_mistakes(model, images, labels, k)
    """,
    "photos": """
        prepare_photo(image)
    """,
    "augmentation": """
        shift(images, dx, dy)
        rotate(images, degrees)
        random_affine(images, max_shift, max_degrees, scale_range, generator)
        learning_rate_sweep(make_model, batches, rates)
        train_robust_cnn(train_images, train_labels, seed=0)
    """,
    "capstone": """
        build_model()
        train(model, images, labels, seed)
        hunt_1(model, batches, epochs, lr)
        hunt_2(images, generator)
        hunt_3(model, batches, val, epochs, lr)
        hunt_4(model, batches, epochs, lr)
        hunt_5(images, labels, seed)
        diagnosis()
    """,
}
DECLARATIONS = [
    pytest.param(module, *line.strip().rstrip(")").split("(", 1), id=line.strip().split("(")[0])
    for module, lines in SYLLABUS.items()
    for line in lines.strip().splitlines()
]
NAMES = [declaration.id for declaration in DECLARATIONS]


def parameters_of(function):
    return [
        (parameter.name, parameter.default, parameter.kind)
        for parameter in inspect.signature(function).parameters.values()
    ]


@pytest.mark.parametrize(("module", "name", "parameters"), DECLARATIONS)
def test_every_name_has_its_home_and_signature(module, name, parameters):
    found = getattr(mnist_course, name)
    assert found is getattr(import_module(f"mnist_course.{module}"), name)
    assert parameters_of(found) == parameters_of(eval(f"lambda {parameters}: None"))


def test_classes_are_classes():
    assert issubclass(mnist_course.Conv2d, nn.Module)
    assert issubclass(mnist_course.DigitCNN, nn.Module)
    for optimizer in (mnist_course.SGD, mnist_course.Adam):
        assert inspect.isclass(optimizer)
        assert parameters_of(optimizer([], 0.1).step) == []
        assert parameters_of(optimizer([], 0.1).zero_grad) == []


def test_the_package_lists_its_names_and_knows_no_others():
    assert set(NAMES) <= set(dir(mnist_course))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = mnist_course.no_such_name


# ---- one call of everything: what comes back, and what went in --------------------------------


def kind(result):
    """Describe a result: 'float32 2x10' is a tensor."""
    if isinstance(result, torch.Tensor):
        shape = "x".join(map(str, result.shape)) or "scalar"
        return f"{str(result.dtype).removeprefix('torch.')} {shape}"
    if isinstance(result, tuple | list):
        return [kind(part) for part in result]
    if isinstance(result, dict):
        return {key: kind(part) for key, part in result.items()}
    return type(result).__name__


def images(n=20):
    return torch.rand(n, 1, 28, 28, generator=torch.Generator().manual_seed(n))


def labels(n=20):
    return torch.arange(n) % 10


def batches(n=20):
    return [(images(n), labels(n))]


def linear():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Dropout(), nn.Linear(784, 10))


def picture():
    canvas = np.full((60, 50), 255, dtype=np.uint8)
    canvas[10:50, 22:28] = 0
    return canvas


def channels(x):
    return torch.full((3,), float(x))


PIXELS = "float32 20x1x28x28"
CALLS = {
    "to_tensors": (
        lambda: (np.full((5, 9, 7), 255, np.uint8), np.arange(5, dtype=np.uint8)),
        ["float32 5x1x9x7", "int64 5"],
    ),
    "channel_stats": (lambda: (images(),), ["float", "float"]),
    "normalize": (lambda: (images(), 0.5, 0.25), PIXELS),
    "train_val_split": (
        lambda: (images(), labels(), 0.5, 0),
        ["float32 10x1x28x28", "int64 10", "float32 10x1x28x28", "int64 10"],
    ),
    "make_loader": (lambda: (images(), labels(), 8, True, 1), "DataLoader"),
    "tile": (lambda: (images(5), 3), "float32 56x84"),
    "show_digits": (lambda: (images(5), labels(5)), "Figure"),
    "class_counts": (lambda: (labels(),), "int64 10"),
    "plot_class_counts": (lambda: (labels(),), "Figure"),
    "mean_digits": (lambda: (images(), labels()), "float32 10x28x28"),
    "nearest_mean": (lambda: (images(), images(10)[:, 0]), "int64 20"),
    "conv_output_size": (lambda: (28, 5, 2, 1), "int"),
    "conv2d": (lambda: (images(), torch.ones(4, 1, 3, 5), torch.ones(4)), "float32 20x4x26x24"),
    "max_pool2d": (lambda: (images(), 2), "float32 20x1x14x14"),
    "relu": (lambda: (images() - 0.5,), PIXELS),
    "dropout": (lambda: (images(),), PIXELS),
    "count_parameters": (lambda: (linear(),), "int"),
    "cross_entropy": (lambda: (torch.eye(10), labels(10)), "float32 scalar"),
    "SGD": (lambda: ([torch.ones(2)], 0.1), "SGD"),
    "Adam": (lambda: ([torch.ones(2)],), "Adam"),
    "train_digit_cnn": (lambda: (images(), labels()), "DigitCNN"),
    "accuracy": (lambda: (torch.eye(10), labels(10)), "float"),
    "evaluate": (lambda: (linear(), batches()), ["float", "float"]),
    "confusion_matrix": (lambda: (labels(), labels()), "int64 10x10"),
    "precision_recall": (
        lambda: (torch.ones(10, 10, dtype=torch.int64),),
        ["float32 10", "float32 10"],
    ),
    "predict_probabilities": (lambda: (linear(), images()), "float32 20x10"),
    "hardest_mistakes": (lambda: (linear(), images(), labels(), 2), "int64 2"),
    "prepare_photo": (lambda: (picture(),), "float32 1x1x28x28"),
    "shift": (lambda: (images(), 2, -3), PIXELS),
    "rotate": (lambda: (images(), torch.linspace(-30, 30, 20)), PIXELS),
    "random_affine": (lambda: (images(), 2, 10, (0.9, 1.1), torch.Generator()), PIXELS),
    "batch_norm": (
        lambda: (torch.rand(4, 3, 2, 2), *map(channels, (2, 1, 0, 1)), False),
        "float32 4x3x2x2",
    ),
    "learning_rate_sweep": (
        lambda: (linear, batches(), [1e-3, 1e-2]),
        {1e-3: "float", 1e-2: "float"},
    ),
    "train_robust_cnn": (lambda: (images(), labels()), "DigitCNN"),
    "build_model": (lambda: (), "Sequential"),
    "hunt_2": (lambda: (images(), torch.Generator()), PIXELS),
    "hunt_5": (
        lambda: (images(), labels(), 0),
        ["float32 40x1x28x28", "int64 40", "float32 0x1x28x28", "int64 0"],
    ),
    "diagnosis": (lambda: (), dict.fromkeys(range(1, 6), "str")),
}
NOT_CALLED_HERE = {  # they have no pure call
    "read_idx", "Conv2d", "DigitCNN", "train_step", "fit", "train", "hunt_1", "hunt_3", "hunt_4",
}  # fmt: skip


def same(before, after):
    if isinstance(before, nn.Module):
        modes = [[module.training for module in model.modules()] for model in (before, after)]
        return modes[0] == modes[1] and same(before.state_dict(), after.state_dict())
    if isinstance(before, torch.Tensor):
        return before.dtype == after.dtype and torch.equal(before, after)
    if isinstance(before, np.ndarray):
        return before.dtype == after.dtype and np.array_equal(before, after)
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(same(before[k], after[k]) for k in before)
    return isinstance(before, torch.Generator) or before == after


def without_generators(arguments):
    return [a for a in arguments if not isinstance(a, torch.Generator)]


@pytest.fixture
def short_training(monkeypatch):
    for module in (training, augmentation):
        monkeypatch.setattr(module, "STEPS", 2)


def test_every_name_is_called():
    assert set(CALLS) | NOT_CALLED_HERE == set(NAMES)


@pytest.mark.parametrize("name", CALLS)
def test_result_is_of_the_right_kind_and_arguments_stay(name, short_training):
    make_arguments, expected = CALLS[name]
    arguments = make_arguments()
    before = copy.deepcopy(without_generators(arguments))
    result = getattr(mnist_course, name)(*arguments)
    assert kind(result) == expected
    assert same(before, without_generators(arguments))


def test_training_leaves_its_images_and_labels():
    model, x, y = linear(), images(), labels()
    mnist_course.train_step(model, mnist_course.SGD(model.parameters(), 0.1), x, y)
    mnist_course.fit(model, [(x, y)], [[x, y]], epochs=1, lr=0.1)
    assert same((images(), labels()), (x, y))


def test_layers_leave_their_input():
    x = images()
    mnist_course.DigitCNN()(x)
    mnist_course.Conv2d(1, 2, 3)(x)
    assert same(images(), x)


def test_batch_norm_changes_nothing_but_its_running_figures():
    x, weight, bias, mean, var = torch.rand(4, 3), *map(channels, (2, 1, 0, 1))
    before = copy.deepcopy((x, weight, bias))
    mnist_course.batch_norm(x, weight, bias, mean, var, True)
    assert same(before, (x, weight, bias))
    assert (mean != 0).all() and (var != 1).all()


# ---- what must be refused ---------------------------------------------------------------------

REFUSED = [
    # lesson 1
    ("to_tensors", lambda f: f(np.zeros((3, 2, 2), np.uint8), np.zeros(2, np.uint8)), "3 2"),
    ("normalize", lambda f: f(images(2), 0.5, 0.0), "0.0"),
    ("normalize", lambda f: f(images(2), 0.5, -0.25), "-0.25"),
    ("train_val_split", lambda f: f(images(), labels(), 0.0, 0), "0.0"),
    ("train_val_split", lambda f: f(images(), labels(), 1.0, 0), "1.0"),
    ("train_val_split", lambda f: f(images(), labels(), 1.5, 0), "1.5"),
    ("train_val_split", lambda f: f(images(), labels(), -0.5, 0), "-0.5"),
    ("train_val_split", lambda f: f(images(20), labels(19), 0.5, 0), "20 19"),
    ("make_loader", lambda f: f(images(20), labels(19), 4), "20 19"),
    # lesson 2
    ("tile", lambda f: f(images(4), 0), "0"),
    ("tile", lambda f: f(images(4), -2), "-2"),
    ("class_counts", lambda f: f(torch.tensor([3, 10])), "0..9 10"),
    ("class_counts", lambda f: f(torch.tensor([3, -1])), "0..9 -1"),
    ("class_counts", lambda f: f(torch.tensor([3, 4]), 4), "0..3 4"),
    # lesson 3
    ("conv_output_size", lambda f: f(6, 7), "6 7"),
    ("conv_output_size", lambda f: f(3, 6, 1, 1), "3 6 1"),
    ("conv_output_size", lambda f: f(0, 1), "0"),
    ("conv_output_size", lambda f: f(-4, 1), "-4"),
    ("conv_output_size", lambda f: f(4, 0), "0"),
    ("conv_output_size", lambda f: f(4, -3), "-3"),
    ("conv_output_size", lambda f: f(4, 2, 0), "0"),
    ("conv_output_size", lambda f: f(4, 2, -1), "-1"),
    ("conv_output_size", lambda f: f(4, 2, 1, -1), "-1"),
    ("conv2d", lambda f: f(torch.zeros(1, 3, 9, 9), torch.zeros(4, 2, 3, 3)), "3 2"),
    ("conv2d", lambda f: f(torch.zeros(1, 1, 9, 9), torch.zeros(4, 3, 3, 3)), "1 3"),
    ("conv2d", lambda f: f(torch.zeros(1, 2, 4, 9), torch.zeros(4, 2, 5, 5)), "4 5"),
    ("conv2d", lambda f: f(torch.zeros(1, 2, 9, 4), torch.zeros(4, 2, 5, 5)), "4 5"),
    ("conv2d", lambda f: f(torch.zeros(1, 2, 4, 9), torch.zeros(4, 2, 7, 7), padding=1), "4 7 1"),
    ("max_pool2d", lambda f: f(torch.zeros(1, 2, 3, 9), 4), "3 4"),
    ("max_pool2d", lambda f: f(torch.zeros(1, 2, 9, 3), 4), "3 4"),
    ("max_pool2d", lambda f: f(torch.zeros(1, 2, 9, 9), 2, 0), "stride 0"),
    ("dropout", lambda f: f(torch.zeros(3), -0.1), "-0.1"),
    ("dropout", lambda f: f(torch.zeros(3), 1.1), "1.1"),
    ("dropout", lambda f: f(torch.zeros(3), 1.1, False), "1.1"),
    ("dropout", lambda f: f(torch.zeros(3), float("nan")), "nan"),
    # lesson 4
    ("cross_entropy", lambda f: f(torch.zeros(4, 10), labels(3)), "4 10 3"),
    ("cross_entropy", lambda f: f(torch.zeros(4, 10), labels(1)), "4 10 1"),
    ("cross_entropy", lambda f: f(torch.zeros(10), torch.tensor(1)), "10"),
    ("cross_entropy", lambda f: f(torch.zeros(4, 10), torch.zeros(4, 10)), "4 10"),
    ("cross_entropy", lambda f: f(torch.zeros(4, 10), labels(4)[:, None]), "4 10 1"),
    ("cross_entropy", lambda f: f(torch.zeros(2, 10), torch.tensor([0, 10])), "0..9 10"),
    ("cross_entropy", lambda f: f(torch.zeros(2, 10), torch.tensor([-1, 2])), "0..9 -1"),
    ("SGD", lambda f: f([torch.ones(1)], -0.5), "-0.5"),
    ("SGD", lambda f: f([torch.ones(1)], 0.5, 1.0), "1.0"),
    ("SGD", lambda f: f([torch.ones(1)], 0.5, -0.25), "-0.25"),
    ("Adam", lambda f: f([torch.ones(1)], -0.5), "-0.5"),
    ("Adam", lambda f: f([torch.ones(1)], betas=(0.9, 1.0)), "0.9 1.0"),
    ("Adam", lambda f: f([torch.ones(1)], betas=(-0.25, 0.5)), "-0.25"),
    # lesson 5
    ("accuracy", lambda f: f(torch.zeros(4, 10), labels(3)), "4 10 3"),
    ("accuracy", lambda f: f(torch.zeros(4, 10), labels(1)), "4 10 1"),
    ("accuracy", lambda f: f(torch.zeros(4, 10), labels(4)[:, None]), "4 10 1"),
    ("confusion_matrix", lambda f: f(labels(4), labels(3)), "4 3"),
    ("confusion_matrix", lambda f: f(labels(4), labels(4)[:, None]), "4 1"),
    ("confusion_matrix", lambda f: f(torch.tensor([10]), labels(1)), "predictions 0..9 10"),
    ("confusion_matrix", lambda f: f(torch.tensor([-1]), labels(1)), "predictions 0..9 -1"),
    ("confusion_matrix", lambda f: f(labels(1), torch.tensor([10])), "labels 0..9 10"),
    ("confusion_matrix", lambda f: f(labels(1), torch.tensor([-1])), "labels 0..9 -1"),
    ("confusion_matrix", lambda f: f(labels(4), labels(4), 3), "0..2 3"),
    ("hardest_mistakes", lambda f: f(linear(), images(4), labels(3), 2), "4 3"),
    ("hardest_mistakes", lambda f: f(linear(), images(4), labels(4)[:, None], 2), "4 1"),
    ("evaluate", lambda f: f(linear(), []), "not one image"),
    ("prepare_photo", lambda f: f(np.full((40, 40), 255, np.uint8)), "blank"),
    ("prepare_photo", lambda f: f(np.zeros((28, 28), np.uint8)), "blank"),
    # lesson 6
    ("rotate", lambda f: f(images(4), torch.zeros(3)), "3 4"),
    ("random_affine", lambda f: f(images(4), 1, 1, (0.0, 1.0), torch.Generator()), "0.0"),
    ("learning_rate_sweep", lambda f: f(linear, [], [0.1]), "0 batches"),
    ("batch_norm", lambda f: f(torch.ones(5, 1), *map(channels, (1, 0, 0, 1)), True), "1 3"),
    ("batch_norm", lambda f: f(torch.ones(1, 3), *map(channels, (1, 0, 0, 1)), True), "1 3"),
    ("batch_norm", lambda f: f(torch.ones(0, 3), *map(channels, (1, 0, 0, 1)), True), "0 3"),
]


@pytest.mark.parametrize(("name", "call", "said"), REFUSED)
def test_refuses_and_says_why(name, call, said):
    with pytest.raises(ValueError) as refusal:
        call(getattr(mnist_course, name))
    for word in said.split():
        assert word in str(refusal.value)


def idx(shape, content, head=b"\0\0\x08"):
    sizes = b"".join(size.to_bytes(4, "big") for size in shape)
    return head + bytes([len(shape)]) + sizes + content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (idx((4,), bytes(4), head=b"\0\1\x08"), "00010801"),
        (b"P5\n28 28\n", "50350a32"),
        (b"", "absent"),
        (idx((4,), bytes(16), head=b"\0\0\x0d"), "0x0d"),
        (idx((2, 3), bytes(5)), "(2, 3) 5"),
        (idx((2, 3), bytes(7)), "(2, 3) 7"),
        (idx((2, 3), b"")[:9], "2 dimensions"),
        (gzip.compress(idx((600,), bytes(range(200)) * 3))[:-9], "gzip"),
    ],
)
def test_read_idx_refuses_and_says_why(content, said, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ValueError) as refusal:
        read_idx(path)
    for word in said.split():
        assert word in str(refusal.value)
