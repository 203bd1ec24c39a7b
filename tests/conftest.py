"""What all tests share: no network, a cache of their own, small data sets, the real MNIST."""

import gzip
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

# Tests run beside each other, one on each core; for torch, which reads this when it is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("course", deadline=None, database=None, derandomize=True)
settings.load_profile("course")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for another host in a test gets the error of a machine without a network."""
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **options: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", "::1", None):
            raise socket.gaierror(f"tests stay off the network, and this one asked for {host}")
        return look_up(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is remembered of a learner in a folder of this test; no helper stays behind."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AUTOGRADER_HOME", str(folder))
    monkeypatch.setenv("AUTOGRADER_HELPER", "0")
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where `load` keeps data in this test; MNIST_COURSE_DATA is not set."""
    folder = tmp_path / "cache" / "mnist-course"
    monkeypatch.setattr("mnist_course.data.loading.cache_folder", lambda: folder)
    monkeypatch.delenv("MNIST_COURSE_DATA", raising=False)
    return folder


@pytest.fixture(scope="session")
def real_mnist() -> Any:
    """The real MNIST, where MNIST_COURSE_DATA holds it."""
    root = os.environ.get("MNIST_COURSE_DATA")
    if not root or not (Path(root) / "MNIST" / "raw").is_dir():
        pytest.skip("needs the real MNIST, in the folder that MNIST_COURSE_DATA names")
    from mnist_course.data import load

    return load("mnist", say=lambda _: None)


Parts = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="session")
def write_root() -> Callable[..., Parts]:
    """Return a function that writes a small data set as torchvision stores it.

    Thirty pictures and ten, drawn from a seed; it returns what `load` should make of them.
    """
    return _write_root


def _write_root(root: Path, name: str = "mnist", zipped: bool = False, seed: int = 0) -> Parts:
    from mnist_course.data import CATALOGUE

    entry, random, parts = CATALOGUE[name], np.random.default_rng(seed), []
    entry.folder(root).mkdir(parents=True, exist_ok=True)
    for files, size in ((entry.train, 30), (entry.test, 10)):
        images = random.integers(0, 256, (size, 28, 28), dtype=np.uint8)
        labels = random.permutation(np.arange(size) % 10).astype(np.uint8)
        stored = images.transpose(0, 2, 1) if name == "emnist-digits" else images
        written = (_idx(stored), _qmnist_labels(labels) if name == "qmnist" else _idx(labels))
        for file, content in zip(files, written, strict=True):
            path = entry.folder(root) / (f"{file}.gz" if zipped else file)
            path.write_bytes(gzip.compress(content) if zipped else content)
        parts += [images, labels]
    return tuple(parts)  # type: ignore[return-value]


def _idx(values: np.ndarray) -> bytes:
    return struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape) + values.tobytes()


def _qmnist_labels(labels: np.ndarray) -> bytes:
    """Write (N, 8) int32: the digit first, then writer, place and the like."""
    table = np.random.default_rng(1).integers(0, 4000, (len(labels), 8))
    table[:, 0] = labels
    return struct.pack(">HBB2I", 0, 12, 2, *table.shape) + table.astype(">i4").tobytes()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that must be complete (NO_SKIPS), and was not; ALLOWED_SKIP names a reason."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("NO_SKIPS"):
        return
    allowed = os.environ.get("ALLOWED_SKIP") or "no reason is allowed"
    skipped = [
        report
        for report in reporter.stats.get("skipped", [])
        if allowed not in str(report.longrepr)
    ]
    if skipped:
        reporter.write_line(
            f"{len(skipped)} tests were skipped, and NO_SKIPS forbids it:", red=True
        )
        for report in skipped:
            reporter.write_line(f"  {report.nodeid}: {report.longrepr[2]}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
