"""Training as a user runs it: the same result by the same seed, whatever interrupts it."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mnist_course import checkpoints
from mnist_course.data import Dataset
from mnist_course.errors import CourseError
from mnist_course.files import write_atomically
from mnist_course.progress import Interruption, Stopped
from mnist_course.recipes import RECIPES
from mnist_course.runs import Run, Settings, split_originals
from mnist_course.trainer import CHECKPOINT_FILE, make_room, train

CPU = torch.device("cpu")


def quiet(_text: str) -> None:
    pass


@pytest.fixture(scope="module")
def few() -> Dataset:
    """A data set of 300 images that is learnt in a moment: where the bright block lies."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(300) % 10
    images = torch.rand(300, 1, 28, 28, generator=generator) / 2
    for image, label in zip(images, labels.tolist(), strict=True):
        image[0, 2 * label : 2 * label + 6, 10:18] = 1
    test = (images[:100].flip(0), labels[:100].flip(0))
    return Dataset("few", images, labels, *test, tuple("0123456789"), "made by the tests")


def settings(recipe: str = "dropout", **changes: object) -> Settings:
    return replace(
        Settings(recipe, 3, batch_size=32, lr=1e-3, seed=1, validation=1 / 12), **changes
    )  # type: ignore[arg-type]


def weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def without_times(history: list[dict[str, float]]) -> list[dict[str, float]]:
    return [{k: v for k, v in epoch.items() if "seconds" not in k} for epoch in history]


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_learns_and_repeats(recipe: str, few: Dataset) -> None:
    lr = RECIPES[recipe].lr if recipe != "best" else 0.05
    wanted = settings(recipe, epochs=2, lr=lr)
    first, second = (train(wanted, few, device=CPU, say=quiet) for _ in range(2))
    assert same(weights(first.network), weights(second.network))
    assert without_times(first.history) == without_times(second.history)
    assert first.history[-1]["train_loss"] < first.history[0]["train_loss"]


def test_another_seed_is_another_run(few: Dataset) -> None:
    first, second = (train(settings(seed=s), few, device=CPU, say=quiet) for s in (1, 2))
    assert not same(weights(first.network), weights(second.network))


def test_training_leaves_the_random_numbers_alone(few: Dataset) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    train(settings(epochs=1), few, device=CPU, say=quiet)
    assert torch.equal(torch.rand(3), expected)


class StopAfter(Interruption):
    """Asks for a stop after so many batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def check(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Stopped


# Nine batches an epoch, and a check after each epoch too: 10 is the end of the first epoch.
@pytest.mark.parametrize(
    ("recipe", "batches"),
    [
        *(("dropout", batches) for batches in (1, 4, 9, 10, 11, 29)),  # random numbers of torch
        *(("reference", batches) for batches in (4, 11)),  # shifts, half precision, a schedule
        *(("tiny", batches) for batches in (4, 11)),  # fused Adam, channels last
        *(("sgd", batches) for batches in (1, 10)),
        ("pytorch-example", 4),
    ],
)
def test_going_on_gives_the_result_of_an_undisturbed_run(
    recipe: str, batches: int, few: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = settings(recipe, lr=0.05 if recipe == "reference" else 1e-2)
    undisturbed = train(wanted, few, device=CPU, say=quiet)
    with monkeypatch.context() as patch:
        patch.setattr("mnist_course.trainer.Interruption", lambda: StopAfter(batches))
        with pytest.raises(Stopped):
            train(wanted, few, tmp_path, device=CPU, say=quiet)
    resumed = train(wanted, few, tmp_path, resume=True, device=CPU, say=quiet)
    assert same(weights(resumed.network), weights(undisturbed.network))
    assert without_times(resumed.history) == without_times(undisturbed.history)
    assert resumed.test == undisturbed.test
    assert resumed.chosen_epoch == undisturbed.chosen_epoch


def command(folder: Path, *more: str) -> list[str]:
    fixed = ("--data", "digits", "--device", "cpu", "--threads", "1", "--log-every", "5")
    return [sys.executable, "-m", "mnist_course", "train", "--out", str(folder), *fixed, *more]


FRESH = ("--recipe", "dropout", "--epochs", "3", "--seed", "3")


def files_of(folder: Path) -> tuple[dict[str, torch.Tensor], list[dict[str, float]]]:
    tensors, _ = checkpoints.read_tensors(folder / "model.safetensors")
    history = json.loads((folder / "history.json").read_text())["epochs_seen"]
    return tensors, without_times(history)


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_same_result(tmp_path: Path) -> None:
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    subprocess.run(command(undisturbed, *FRESH), check=True, capture_output=True)
    codes = [
        _run_and_stop(command(disturbed, *FRESH), signal.SIGINT, 2),
        _run_and_stop(command(disturbed, "--resume"), signal.SIGKILL, 12),  # in the second epoch
        _run_and_stop(command(disturbed, "--resume"), signal.SIGTERM, 3),
    ]
    subprocess.run(command(disturbed, "--resume"), check=True, capture_output=True)
    assert codes == [130, -signal.SIGKILL, 130]
    assert same(files_of(undisturbed)[0], files_of(disturbed)[0])
    assert files_of(undisturbed)[1] == files_of(disturbed)[1]
    assert not list(disturbed.glob(".*partial*"))


def _run_and_stop(arguments: list[str], kind: signal.Signals, lines: int) -> int:
    """Send a signal once some batches have been told of."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        seen = 0
        for line in process.stdout:
            seen += "batch" in line and "loss" in line
            if seen == lines:
                time.sleep(0.01)
                process.send_signal(kind)
                break
        process.stdout.read()
        return process.wait()


def test_a_full_disk_or_a_kill_leaves_the_file_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"before")

    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"after")
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_the_validation_split_chooses_and_the_test_set_is_spent_once(
    few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([0.5, 0.2, 0.4])
    spent = []
    monkeypatch.setattr(Run, "_validation", lambda _: {"val_loss": next(scores), "val_accuracy": 0})
    monkeypatch.setattr(Run, "test", lambda run: spent.append(weights(run.network)) or {})
    kept = {}
    keep = Run._keep_if_best

    def note(run: Run) -> None:
        keep(run)
        kept[len(run.history)] = weights(run.network)

    monkeypatch.setattr(Run, "_keep_if_best", note)
    result = train(settings("classic"), few, device=CPU, say=quiet)
    assert result.chosen_epoch == 2
    assert len(spent) == 1
    assert same(spent[0], kept[2])


def test_held_out_images_are_not_trained_on(few: Dataset) -> None:
    run = Run(settings(validation=0.2), few, CPU)
    assert run.held_out is not None
    assert len(run.batches.labels) + len(run.held_out.labels) == len(few.train_labels)
    learnt = {image.numpy().tobytes() for image in run.batches.images}
    assert not learnt & {image.numpy().tobytes() for image in run.held_out.images}


def test_all_copies_of_a_picture_are_held_out_together() -> None:
    labels = (torch.arange(50) % 10).repeat(4)
    train_index, held_out = split_originals(labels, copies=4, share=0.2, seed=0)
    assert sorted([*train_index.tolist(), *held_out.tolist()]) == list(range(200))
    assert not set((train_index % 50).tolist()) & set((held_out % 50).tolist())
    assert len(held_out) == 40


def test_without_validation_the_last_epoch_is_kept(few: Dataset) -> None:
    result = train(settings(validation=0), few, device=CPU, say=quiet)
    assert result.chosen_epoch == 3
    assert "val_loss" not in result.history[0]


def test_the_table(few: Dataset) -> None:
    lines: list[str] = []
    result = train(settings(), few, device=CPU, say=lambda text: lines.extend(text.splitlines()))
    names = "epoch train loss train acc val loss val acc test loss test acc seconds"
    assert lines[1].split() == names.split()
    assert [line.split()[0] for line in lines[2:]] == ["1", "2", "3", "final"]
    assert f"{result.history[0]['train_loss']:.4f}" in lines[2]
    assert f"{result.test['test_accuracy']:.2%}" in lines[-1]


def test_test_figures_each_epoch_are_shown_and_choose_nothing(few: Dataset) -> None:
    shown = train(settings(), few, device=CPU, test_each_epoch=True, say=quiet)
    hidden = train(settings(), few, device=CPU, say=quiet)
    assert all("test_accuracy" in epoch for epoch in shown.history)
    assert shown.chosen_epoch == hidden.chosen_epoch
    assert same(weights(shown.network), weights(hidden.network))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"epochs": 0}, "at least one epoch, not 0"),
        ({"batch_size": 1}, "at least two images, not 1"),
        ({"lr": 0.0}, "positive, not 0"),
        ({"lr": float("nan")}, "positive, not nan"),
        ({"validation": 1.0}, r"\[0, 1\), not 1"),
        ({"validation": -0.1}, r"\[0, 1\), not -0.1"),
    ],
)
def test_settings_that_cannot_be(changes: dict[str, float], told: str) -> None:
    with pytest.raises(CourseError, match=told):
        settings(**changes)


def test_a_small_data_set_is_gone_through_more_often() -> None:
    recipe = RECIPES["classic"]
    assert Settings.of(recipe, 60_000).epochs == recipe.epochs
    assert Settings.of(recipe, 6_000).epochs == 10 * recipe.epochs
    assert Settings.of(recipe, 6_000, epochs=2).epochs == 2
    assert Settings.of(recipe, 240_000).epochs == recipe.epochs


def test_more_classes_than_outputs_are_refused(few: Dataset) -> None:
    many = replace(few, classes=tuple(map(str, range(11))))
    with pytest.raises(CourseError, match="10 outputs, but few has 11 classes"):
        train(settings(), many, device=CPU, say=quiet)


@pytest.mark.parametrize("count", [2, 3, 33, 34])  # with 33 a batch of one image would be left
def test_very_few_images_can_be_learnt_from(count: int, few: Dataset) -> None:
    fewer = replace(
        few, train_images=few.train_images[:count], train_labels=few.train_labels[:count]
    )
    result = train(settings("tiny", validation=1 / 60), fewer, device=CPU, say=quiet)
    assert len(result.history) == 3


def test_no_images_are_told(few: Dataset) -> None:
    none = replace(few, train_images=few.train_images[:0], train_labels=few.train_labels[:0])
    with pytest.raises(CourseError, match="too few images to learn from in made by the tests"):
        train(settings(), none, device=CPU, say=quiet)


def test_going_on_with_other_data_is_refused(few: Dataset, tmp_path: Path) -> None:
    train(settings(epochs=1), few, tmp_path, device=CPU, say=quiet)
    other = replace(few, train_images=few.train_images / 2)
    with pytest.raises(CourseError, match="was trained on 300 images of brightness"):
        train(settings(epochs=1), other, tmp_path, resume=True, device=CPU, say=quiet)


def test_an_earlier_run_is_moved_aside(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "run").mkdir()
        (tmp_path / "run" / CHECKPOINT_FILE).write_text(str(number))
        assert make_room(tmp_path / "run") == tmp_path / f"run-{number}"
    assert (tmp_path / "run-1" / CHECKPOINT_FILE).read_text() == "1"
    assert make_room(tmp_path / "run") is None


def test_what_is_not_a_run_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert make_room(tmp_path / "empty") is None
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("precious")
    (tmp_path / "note").write_text("precious")
    for name in ("thesis", "note"):
        with pytest.raises(CourseError, match="holds no training"):
            make_room(tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "note", "thesis"]


def test_a_kill_in_the_first_epoch_can_be_resumed(
    few: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_run: Run, _tally: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Run, "learn_one_epoch", killed)
        with pytest.raises(SystemError):
            train(settings(), few, tmp_path, device=CPU, say=quiet)
    resumed = train(settings(), few, tmp_path, resume=True, device=CPU, say=quiet)
    undisturbed = train(settings(), few, device=CPU, say=quiet)
    assert same(weights(resumed.network), weights(undisturbed.network))


def test_an_epoch_that_blew_up_is_never_the_best(
    few: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = iter([0.5, float("nan"), 0.6])
    monkeypatch.setattr(Run, "_validation", lambda _: {"val_loss": next(scores), "val_accuracy": 0})
    assert train(settings("classic"), few, device=CPU, say=quiet).chosen_epoch == 1


def test_a_loss_that_blew_up_is_null_in_json(tmp_path: Path) -> None:
    checkpoints.write_json(tmp_path / "a.json", {"loss": [float("nan"), 1.5, float("inf")]})
    assert json.loads((tmp_path / "a.json").read_text()) == {"loss": [None, 1.5, None]}


def test_the_network_comes_back_from_its_file(few: Dataset, tmp_path: Path) -> None:
    result = train(settings("tiny", lr=1e-2), few, tmp_path, device=CPU, say=quiet)
    for path in (tmp_path, tmp_path / "model.safetensors"):
        network, about = checkpoints.load_network(path)
        assert about["recipe"] == "tiny"
        assert same(weights(network), weights(result.network))
        torch.testing.assert_close(network(few.test_images), result.network(few.test_images))


@pytest.mark.parametrize(
    "damage", ["cut", "text", "empty", "garbled", "other recipe", "no recipe", "absent"]
)
def test_weights_that_cannot_be_used_are_told(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    network = RECIPES["tiny"].network()
    about = {"other recipe": {"recipe": "best"}, "no recipe": {}}.get(damage, {"recipe": "tiny"})
    checkpoints.save_network(path, network, about)
    whole = path.read_bytes()
    garbled = whole[:-400] + bytes(byte ^ 255 for byte in whole[-400:])
    spoilt = {"cut": whole[:-40], "text": b"hello", "empty": b"", "garbled": garbled}
    path.write_bytes(spoilt.get(damage, whole))
    if damage == "absent":
        path.unlink()
    with pytest.raises(CourseError, match=r"model\.safetensors"):
        checkpoints.load_network(path)
