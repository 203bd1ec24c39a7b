"""A learner's day, for tests: a clone, a home, a lab of their own. Nothing of ours is touched."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TOKEN = "learner"
MAIN = "import sys; from autograder.cli import main; sys.exit(main())"

RIGHT = """\
def conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    out, channels, height, width = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    if x.shape[1] != channels or x.shape[2] < height or x.shape[3] < width:
        raise ValueError(f"{tuple(weight.shape)} does not fit {tuple(x.shape)}")
    patches = F.unfold(x, (height, width), stride=stride)
    rows = (x.shape[2] - height) // stride + 1
    values = (weight.flatten(1) @ patches).reshape(len(x), out, rows, -1)
    return values if bias is None else values + bias.reshape(1, -1, 1, 1)"""
WRONG = RIGHT.replace("weight.flatten(1)", "weight.flip(2, 3).flatten(1)")
FLIPPED = "Your output is exactly that of a flipped kernel."


@dataclass
class Learner:
    """Somebody who has cloned the course: where it lies, and what their processes see."""

    clone: Path
    home: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """Return where the lab says what it does."""
        return self.home / "lab.log"

    def lesson(self, name: str = "03_conv_layers") -> Path:
        return self.clone / "lessons" / f"{name}.py"

    def read(self, path: Path | None = None) -> str:
        return (path or self.lesson()).read_bytes().decode()

    def write(self, answer: str, name: str = "conv2d", path: Path | None = None) -> None:
        """Save an answer as a plain editor does."""
        path = path or self.lesson()
        path.write_bytes(with_answer(self.read(path), name, answer).encode())

    def run(self, *arguments: str, limit: float = 240, **options: Any) -> Any:
        """Run `autograder` in the clone."""
        return subprocess.run(
            [sys.executable, "-c", MAIN, *map(str, arguments)], cwd=self.clone, env=self.env,
            capture_output=True, text=True, timeout=limit, **options,
        )  # fmt: skip


def with_answer(text: str, name: str, answer: str) -> str:
    """Return a lesson's text with an answer in the cell of an exercise."""
    head, mark, rest = text.partition(f'"grade_id": "{name}"')
    line, end, rest = rest.partition("\n")
    _, following, rest = rest.partition("\n\n\n# %%")
    assert mark and following, f"{name} has no cell"
    return f"{head}{mark}{line}{end}{answer}{following}{rest}"


def make_learner(folder: Path) -> Learner:
    """Clone the course as it lies here, with what is not committed yet."""
    clone, home = folder / "course", folder / "home"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, clone], check=True)
    for name in _listed("--modified", "--others", "--exclude-standard"):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    for name in _listed("--deleted"):
        (clone / name).unlink(missing_ok=True)
    home.mkdir()
    return Learner(clone, home, _environment(folder, clone, home))


def end_helpers(place: Path | str) -> None:
    """End them: a test leaves nothing behind."""
    for number in helpers(place):
        os.kill(number, signal.SIGKILL)


def helpers(place: Path | str) -> list[int]:
    """Return the helpers that listen below a folder."""
    which = f"autograder.learner.helper {place}"
    found = subprocess.run(["pgrep", "-f", which], stdout=subprocess.PIPE)
    return [int(number) for number in found.stdout.split()]


def _listed(*which: str) -> list[str]:
    said = subprocess.run(
        ["git", "ls-files", "-z", *which], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in said.stdout.split("\0") if name]


def _environment(folder: Path, clone: Path, home: Path) -> dict[str, str]:
    """Return what a learner's processes see: a home of its own, and the code of the clone."""
    ours = ("JUPYTER", "XDG_", "IPYTHON", "AUTOGRADER", "COVERAGE", "COV_", "PYTEST", "MPLBACKEND")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    named = {
        "HOME": home, "AUTOGRADER_HOME": home / "autograder", "PYTHONPATH": clone,
        "XDG_CONFIG_HOME": home / ".config", "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_CACHE_HOME": home / ".cache", "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "TMPDIR": folder, "IPYTHONDIR": home / ".ipython",
    }  # fmt: skip
    return env | {name: str(value) for name, value in named.items()} | {"OMP_NUM_THREADS": "1"}


# ---- a lab ---------------------------------------------------------------------------------------


@dataclass
class Lab:
    """A JupyterLab that somebody started in their clone."""

    learner: Learner
    url: str

    def ask(self, path: str, method: str = "GET", body: Any = None, base: str = "api") -> Any:
        """Call the server's own interface, as the page does."""
        request = urllib.request.Request(
            f"{self.url}{base}/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def open(self, path: str) -> Any:
        """Return a file as a notebook."""
        return self.ask(f"contents/{path}?type=notebook&content=1")

    def save(self, path: str, notebook: Any) -> Any:
        content = {"type": "notebook", "format": "json", "content": notebook}
        return self.ask(f"contents/{path}", "PUT", content)


@contextmanager
def lab(learner: Learner, **env: Path | str) -> Iterator[Lab]:
    """Start the lab as a learner does, but without a browser; it is gone afterwards."""
    url = f"http://127.0.0.1:{_free_port()}/"
    options = [
        "--no-browser", f"--ServerApp.port={url[17:-1]}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}", "--allow-root",
    ]  # fmt: skip
    with learner.log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "tools/lab.py", *options], cwd=learner.clone, stdout=out, stderr=out,
            env=learner.env | {name: str(value) for name, value in env.items()},
        )  # fmt: skip
        try:
            found = Lab(learner, url)
            _wait_for(found, server)
            yield found
        finally:
            _end(server)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait_for(lab: Lab, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while True:
        assert server.poll() is None and time.monotonic() < until, lab.learner.log.read_text()[
            -4000:
        ]
        try:
            lab.ask("status")
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)


def _end(server: "subprocess.Popen[bytes]") -> None:
    """Let it shut its kernels down; if it does not, no test waits for it."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
