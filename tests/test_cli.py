"""The command line, as its users meet it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from safetensors import safe_open

from mnist_course.cli import COMMANDS, main
from mnist_course.progress import Stopped


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def drawing(path: Path, ink: int = 0, paper: int = 255) -> Path:
    """Draw a one, as on paper."""
    picture = Image.new("L", (120, 160), paper)
    ImageDraw.Draw(picture).line([(60, 30), (60, 130)], fill=ink, width=12)
    picture.save(path)
    return path


def size_of(path: Path | str) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([command.replace("_", "-"), "--help"])
    assert end.value.code == 0
    assert "usage: mnist-course" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("train --recipe nonsense", "no recipe 'nonsense'; choose one of reference"),
        ("train --data nonsense", "no data set and no folder called 'nonsense'"),
        ("train --data digits --device nonsense", "cannot compute on 'nonsense'"),
        ("train --data digits --threads 0", "--threads must be at least 1, not 0"),
        ("train --data digits --epochs 0", "at least one epoch, not 0"),
        ("train --data digits --lr -1", "positive, not -1"),
        ("train --data digits --batch-size 1", "at least two images, not 1"),
        ("train --resume --out nowhere", "nothing to resume in nowhere"),
        ("sweep --data digits --validation 0", "must not be 0"),
        ("show --data digits --index 5000", "images 0 to 1435, not 5000"),
        ("show --data digits --weights nowhere", "no file nowhere"),
        ("predict x.png --weights runs", "no file runs"),
        ("export out.xyz", "ends neither in .onnx nor in .json"),
        ("export-images out --data digits --limit 0", "--limit must be at least 1, not 0"),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    shown = capsys.readouterr().err
    assert told in shown
    assert "Traceback" not in shown
    assert not list(Path.cwd().iterdir())


def test_train_evaluate_show_and_export(capsys: pytest.CaptureFixture[str]) -> None:
    fixed = ["--data", "digits", "--device", "cpu"]
    assert main(["train", "--recipe", "fast", "--epochs", "3", "--log-every", "20", *fixed]) == 0
    shown = capsys.readouterr().out
    accuracy = float(re.findall(r"Test accuracy: ([\d.]+)%", shown)[0])
    assert "the embedded digits of scikit-learn, as asked for" in shown
    assert "epoch 1, batch 20/" in shown
    run = Path("runs/fast")
    history = json.loads((run / "history.json").read_text())
    assert len(history["epochs_seen"]) == 3
    assert history["test_accuracy"] == pytest.approx(accuracy / 100, abs=1e-4)
    assert size_of(run / "history.png")[0] > 100
    with safe_open(run / "model.safetensors", framework="np") as file:
        assert json.loads(file.metadata()["about"])["recipe"] == "fast"

    assert main(["evaluate", "--weights", str(run), *fixed]) == 0
    assert f"accuracy {accuracy:.2f}%" in capsys.readouterr().out
    found = json.loads(Path("runs/evaluation/evaluation.json").read_text())
    assert np.trace(found["confusion"]) / np.sum(found["confusion"]) == pytest.approx(
        found["accuracy"]
    )
    assert {p.name for p in Path("runs/evaluation").iterdir()} == {
        "evaluation.json", "confusion.png", "mistakes.png",
    }  # fmt: skip

    assert main(["show", "--index", "3", "--data", "digits", "--weights", str(run)]) == 0
    shown = capsys.readouterr().out
    assert "Test image 3: the truth is" in shown
    assert len(re.findall(r"^ +\d +\d+\.\d\d%", shown, re.M)) == 10

    assert main(["export", "net.json", "--weights", str(run)]) == 0
    assert json.loads(Path("net.json").read_text())["about"]["recipe"] == "fast"


def test_show_random_repeats_with_a_seed(capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for seed in ("1", "1", "2"):
        assert (
            main(["show", "--random", "--seed", seed, "--data", "digits", "--plot", "p.png"]) == 0
        )
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1] != texts[2]
    assert size_of("p.png")[0] > 100


def test_a_second_training_keeps_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    line = "train --recipe fast --epochs 1 --data digits --device cpu --seed".split()
    assert main([*line, "0"]) == 0
    first = Path("runs/fast/model.safetensors").read_bytes()
    assert main([*line, "1"]) == 0
    assert Path("runs/fast-1/model.safetensors").read_bytes() == first
    assert Path("runs/fast/model.safetensors").read_bytes() != first
    assert "it is kept as" in capsys.readouterr().out


def test_resume_refuses_what_contradicts_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("train --recipe fast --epochs 1 --data digits --device cpu".split()) == 0
    assert main("train --recipe fast --resume --lr 0.5 --data digits".split()) == 2
    assert "was begun with --lr 0.3, not 0.5" in capsys.readouterr().err
    assert main("train --recipe fast --resume --data digits".split()) == 0


def test_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    line = "sweep --recipe fast --data digits --lr 1e-4,1e-1 --batch-size 64,128 --device cpu"
    assert main(line.split()) == 0
    shown = capsys.readouterr().out
    rows = json.loads(Path("runs/sweep/sweep.json").read_text())
    assert [(row["lr"], row["batch_size"]) for row in rows] == [
        (1e-4, 64), (1e-4, 128), (0.1, 64), (0.1, 128),
    ]  # fmt: skip
    best = max(rows, key=lambda row: row["val_accuracy"])
    assert f"--lr {best['lr']:g} --batch-size {best['batch_size']}" in shown
    assert best["lr"] == 0.1
    assert "test" not in shown
    assert size_of("runs/sweep/sweep.png")[0] > 100


def test_a_sweep_can_be_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise Stopped

    monkeypatch.setattr("mnist_course.trainer.train", stopped)
    assert main(["sweep", "--data", "digits"]) == 130
    assert "Stopped" in capsys.readouterr().out


def test_what_ctrl_c_prints_can_be_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise Stopped

    monkeypatch.setattr("mnist_course.trainer.train", stopped)
    assert main(["train", "--data", "digits", "--out", "my run"]) == 130
    assert "train --resume --data digits --out 'my run'" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["seen.foo", "seen", "missing/seen.png"])
def test_a_figure_that_cannot_be_saved_is_told_before_the_work(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    drawing(Path("one.png"))
    with pytest.raises(SystemExit) as end:
        main(["predict", "one.png", "--plot", name])
    assert end.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "seen" in shown.err or "missing" in shown.err


@pytest.mark.parametrize(
    "line", ["show --seed -1", "train --seed 99999999999", "train --threads x"]
)
def test_numbers_that_cannot_be(line: str) -> None:
    with pytest.raises(SystemExit) as end:
        main(line.split())
    assert end.value.code == 2


def test_a_name_with_dollars_is_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    drawing(Path("x$^$y.png"))
    assert main(["predict", "x$^$y.png", "--plot", "seen.png"]) == 0
    assert "x$^$y.png: 1" in capsys.readouterr().out


@pytest.mark.usefixtures("cache")
def test_other_pictures_than_asked_for_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export-images", "out", "--data", "fashion"]) == 2
    assert "Nothing is written" in capsys.readouterr().err
    assert not Path("out").exists()


def test_recipes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 15
    assert re.match(r"reference +38,714 parameters, +2 epochs", lines[0])


def test_predict_reads_on_when_a_file_is_bad(capsys: pytest.CaptureFixture[str]) -> None:
    drawing(Path("one.png"))
    Path("text.png").write_text("no image")
    Image.new("L", (50, 50), 255).save("blank.png")
    assert main(["predict", "text.png", "one.png", "blank.png", "absent.png"]) == 1
    shown = capsys.readouterr()
    assert "one.png: 1" in shown.out
    assert len(re.findall(r"^ +\d +\d+\.\d\d%", shown.out, re.M)) == 10
    for name in ("text.png", "blank.png", "absent.png"):
        assert len(re.findall(rf"^{name}: .*", shown.err, re.M)) == 1


def test_predict_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    drawing(Path("one.png"))
    drawing(Path("light.png"), ink=255, paper=0)
    assert main(["predict", "--json", "one.png", "absent.png", "light.png"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [entry["path"] for entry in found] == ["one.png", "absent.png", "light.png"]
    assert found[0].keys() == {"path", "digit", "probabilities"}
    assert found[1].keys() == {"path", "error"}
    assert found[0]["digit"] == found[2]["digit"] == 1
    assert sum(found[0]["probabilities"]) == pytest.approx(1, abs=1e-5)
    assert len(found[0]["probabilities"]) == 10


def test_predict_plots_what_it_saw(capsys: pytest.CaptureFixture[str]) -> None:
    drawing(Path("one.png"))
    assert main(["predict", "one.png", "one.png", "--plot", "seen.png"]) == 0
    assert size_of("seen.png")[1] > 500
    assert "Saved seen.png" in capsys.readouterr().err


def test_export_images_and_train_on_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("export-images pictures --data digits --limit 300".split()) == 0
    assert "Wrote 600 pictures" in capsys.readouterr().out
    line = "train --recipe fast --epochs 1 --device cpu --data pictures".split()
    assert main(line) == 0
    assert "the pictures in pictures" in capsys.readouterr().out
    assert main("export-images pictures --data digits".split()) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_folder_of_few_classes(capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("train", "test"):
        for number, name in enumerate(("circle", "line", "square")):
            (Path("shapes") / part / name).mkdir(parents=True)
            for brightness in (100, 150, 200, 250):
                shade = Image.new("L", (28, 28), brightness // (number + 1))
                shade.save(Path("shapes") / part / name / f"{brightness}.png")
    fixed = ["--data", "shapes"]
    assert main(["train", "--recipe", "fast", "--epochs", "2", *fixed]) == 0
    assert main(["evaluate", "--weights", "runs/fast", *fixed]) == 0
    assert main(["show", "--index", "0", "--weights", "runs/fast", *fixed]) == 0
    assert "the truth is circle" in capsys.readouterr().out


def test_a_terminal_without_blocks_still_shows_something() -> None:
    drawing(Path("one.png"))
    done = subprocess.run(
        [sys.executable, "-m", "mnist_course", "predict", "one.png"],
        capture_output=True, text=True, check=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )  # fmt: skip
    assert "#####" in done.stdout
    assert "one.png: 1" in done.stdout


def test_a_reader_that_stops_reading_is_no_error() -> None:
    pipe = f"{sys.executable} -m mnist_course recipes | head -n 1"
    done = subprocess.run(pipe, shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""
