"""Downloads, with a server on this machine in the place of torchvision's mirrors."""

import errno
import gc
import gzip
import hashlib
import os
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

from mnist_course.data import CATALOGUE, load, loading
from mnist_course.data import download as download_module
from mnist_course.data.download import torchvision_datasets

MNIST = CATALOGUE["mnist"]

# torchvision does not close the connections of mirrors that fail.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def collect_connections() -> Iterator[None]:
    """Let those connections go here, where the warning is expected, and not in other tests."""
    yield
    gc.collect()


class Server(ThreadingHTTPServer):
    """Serves the files of a folder, as well or badly as the first part of the path says."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder, self.asked, self.closing = folder, [], threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: clients that hang up are what these tests are about."""

    def mirror(self, behaviour: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{behaviour}/"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        _, behaviour, name = self.path.split("/")
        self.server.asked.append((behaviour, name))
        if behaviour == "silent":
            self.server.closing.wait(20)
        elif behaviour == "missing" or (behaviour == "half-the-files" and "t10k" in name):
            self.send_error(404)
        else:
            self.answer(behaviour, (self.server.folder / name).read_bytes())

    def answer(self, behaviour: str, content: bytes) -> None:
        sent = content
        if behaviour == "garbage":
            sent = b"<!DOCTYPE html> Please log in to the hotel's network."
        if behaviour in ("breaks-off", "stalls"):
            sent = content[: len(content) // 2]
        if behaviour == "slow":
            time.sleep(0.02)
        self.send_response(200)
        self.send_header("Content-Length", str(len(sent if behaviour == "garbage" else content)))
        self.end_headers()
        self.wfile.write(sent)
        if behaviour == "stalls":
            self.wfile.flush()
            self.server.closing.wait(20)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "served").mkdir()
    server = Server(tmp_path / "served")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def dead_mirror() -> Iterator[str]:
    """Return an address where nobody answers; the socket is kept, so that nobody else takes it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


@pytest.fixture
def publish(server: Server, monkeypatch: pytest.MonkeyPatch, write_root: Callable) -> Callable:
    """Return a function that puts a data set on the server, and tells torchvision of it."""

    def publish(name: str = "mnist", mirrors: tuple[str, ...] = ("good",)) -> None:
        entry = CATALOGUE[name]
        write_root(server.folder.parent, name, zipped=True, seed=3)
        for file in entry.folder(server.folder.parent).iterdir():
            file.replace(server.folder / file.name)
        torchvision_class = getattr(torchvision_datasets(), entry.torchvision_class)
        names = [f"{file}.gz" for file in entry.files]
        if name == "emnist-digits":
            archive = server.folder / "gzip.zip"
            with zipfile.ZipFile(archive, "w") as zipped:
                for file in names:
                    zipped.write(server.folder / file, f"gzip/{file}")
            monkeypatch.setattr(torchvision_class, "url", server.mirror(mirrors[0]) + archive.name)
            monkeypatch.setattr(torchvision_class, "md5", md5(archive))
            return
        files = [(file, md5(server.folder / file)) for file in names]
        addresses = [m if "://" in m else server.mirror(m) for m in mirrors]
        if name == "qmnist":
            whole = [(addresses[0] + file, checksum) for file, checksum in files]
            resources: Any = {"train": whole[:2], "test": whole[2:]}
        else:
            resources = files
            monkeypatch.setattr(torchvision_class, "mirrors", addresses)
        monkeypatch.setattr(torchvision_class, "resources", resources)

    return publish


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def whole(cache: Path, name: str = "mnist") -> bool:
    """Tell whether the cache holds one data set and nothing else, hidden folders included."""
    entry = CATALOGUE[name]
    folders = {path for path in cache.rglob("*") if path.is_dir()}
    assert folders == {cache / entry.torchvision_class, entry.folder(cache)}
    return files_in(entry.folder(cache)) == set(entry.files)


def is_seed_3(data: Any, write_root: Callable, tmp_path: Path) -> bool:
    images, labels, _, test_labels = write_root(tmp_path / "again", data.name, seed=3)
    pixels = (data.train_images[:, 0] * 255).round()
    return (
        torch.equal(pixels, torch.tensor(images.copy(), dtype=torch.float32))
        and data.train_labels.tolist() == labels.tolist()
        and data.test_labels.tolist() == test_labels.tolist()
    )


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_data_set_is_fetched_and_then_kept(name, cache, publish, write_root, tmp_path):
    publish(name)
    said: list[str] = []
    data = load(name, said.append)
    assert is_seed_3(data, write_root, tmp_path)
    assert whole(cache, name)
    assert str(cache) in said[0] and "Fetching" in said[0]
    assert "just fetched" in said[-1]
    assert "the user's cache" in load(name, said.append).source
    assert len(said) == 3


BAD_MIRRORS = {
    "missing": "404",
    "garbage": "corrupted",
    "breaks-off": "",  # the reason differs with the version of Python
    "silent": "timed out",
    "stalls": "timed out",
    "half-the-files": "404",
    "dead": "refused",
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download_module, "SECONDS_OF_SILENCE", 0.2)


@pytest.mark.parametrize("behaviour", BAD_MIRRORS)
def test_where_one_mirror_fails_the_next_is_asked(
    behaviour, impatient, cache, publish, server, dead_mirror, write_root, tmp_path
):
    publish(mirrors=(dead_mirror if behaviour == "dead" else behaviour, "good"))
    started = time.monotonic()
    data = load("mnist", lambda _: None)
    assert time.monotonic() - started < 10
    assert is_seed_3(data, write_root, tmp_path)
    assert whole(cache)
    assert behaviour == "dead" or behaviour in {first for first, _ in server.asked}
    assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize("behaviour", BAD_MIRRORS)
def test_where_all_mirrors_fail_the_digits_come_and_nothing_is_left(
    behaviour, impatient, cache, publish, dead_mirror
):
    publish(mirrors=(dead_mirror if behaviour == "dead" else behaviour,))
    said: list[str] = []
    data = load("mnist", said.append)
    assert data.name == "digits"
    assert BAD_MIRRORS[behaviour] in data.source
    assert "in place of MNIST" in said[-1] and "could not be fetched" in said[-1]
    assert list(cache.iterdir()) == []
    assert socket.getdefaulttimeout() is None


def test_all_reasons_are_told(cache, publish, dead_mirror):
    publish(mirrors=(dead_mirror, "missing", "garbage"))
    source = load("mnist", lambda _: None).source
    assert all(word in source for word in ("refused", "404", "corrupted"))


@pytest.mark.parametrize("name", ["emnist-digits", "qmnist"])
def test_sets_with_one_address_fail_in_words_too(name, cache, publish):
    publish(name, mirrors=("garbage",))
    data = load(name, lambda _: None)
    assert data.name == "digits" and "corrupted" in data.source
    assert list(cache.iterdir()) == []


def test_what_a_mirror_serves_is_read_before_it_is_kept(cache, publish, server):
    (server.folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"")
    publish()
    short = gzip.compress(b"\0\0\x08\x01\0\0\0\x03\1\2\3")
    (server.folder / "t10k-labels-idx1-ubyte.gz").write_bytes(short)
    resources = torchvision_datasets().MNIST.resources
    resources[3] = ("t10k-labels-idx1-ubyte.gz", hashlib.md5(short).hexdigest())
    data = load("mnist", lambda _: None)
    assert data.name == "digits" and "damaged" in data.source
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(errno.ENOSPC, "full")])
def test_an_interrupted_download_leaves_nothing(error, cache, monkeypatch):
    def download(self) -> None:
        Path(self.raw_folder).mkdir(parents=True)
        (Path(self.raw_folder) / MNIST.files[0]).write_bytes(b"half")
        raise error

    monkeypatch.setattr(torchvision_datasets().MNIST, "download", download)
    if isinstance(error, OSError):
        assert "full" in load("mnist", lambda _: None).source
    else:
        with pytest.raises(error):
            load("mnist", lambda _: None)
    assert list(cache.iterdir()) == []
    assert socket.getdefaulttimeout() is None


def test_interrupted_between_two_files_every_file_there_is_whole(
    cache, publish, monkeypatch, write_root, tmp_path
):
    publish()
    replace, moved = Path.replace, []

    def interrupted(self: Path, target: Path) -> Path:
        moved.append(self)
        if len(moved) == 3:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load("mnist", lambda _: None)
    monkeypatch.setattr(Path, "replace", replace)
    write_root(tmp_path / "again", seed=3)
    assert len(files_in(cache)) == 2
    for name in files_in(cache):
        assert (cache / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    assert is_seed_3(load("mnist", lambda _: None), write_root, tmp_path)
    assert whole(cache)


def leftover(cache: Path, name: str, hours: float) -> Path:
    """Make what `kill -9` leaves of a download, so many hours ago."""
    staging = cache / name
    (staging / "MNIST" / "raw").mkdir(parents=True)
    (staging / "MNIST" / "raw" / MNIST.files[0]).write_bytes(b"half")
    os.utime(staging, (time.time() - hours * 3600,) * 2)
    return staging


def test_leftovers_of_killed_downloads_do_not_disturb_and_go_in_time(
    cache, publish, write_root, tmp_path
):
    publish()
    old = leftover(cache, ".MNIST.partial-old", hours=30)
    young = leftover(cache, ".MNIST.partial-young", hours=2)  # perhaps a download that runs
    other = leftover(cache, ".KMNIST.partial-old", hours=30)
    mine = leftover(cache, "MNIST.partial-mine", hours=3000)
    assert is_seed_3(load("mnist", lambda _: None), write_root, tmp_path)
    assert not old.exists()
    assert young.exists() and other.exists() and mine.exists()


def test_two_loads_at_once_do_not_harm_each_other(
    cache, publish, monkeypatch, write_root, tmp_path
):
    publish(mirrors=("slow",))
    at_once, found = threading.Barrier(3), []
    download = loading.download

    def together(*arguments: Any) -> None:
        at_once.wait(10)  # all have seen that the cache is empty
        download(*arguments)

    monkeypatch.setattr(loading, "download", together)

    def one() -> None:
        found.append(load("mnist", lambda _: None))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    socket.setdefaulttimeout(None)  # of threads, unlike processes, the last may restore another's
    assert [data.source.partition("(")[2] for data in found] == ["just fetched)"] * 3
    assert all(is_seed_3(data, write_root, tmp_path) for data in found)
    assert whole(cache)


def test_a_file_where_the_data_set_should_be_is_told(cache, publish):
    publish()
    cache.mkdir(parents=True)
    (cache / "MNIST").write_text("in the way")
    data = load("mnist", lambda _: None)
    assert data.name == "digits" and str(cache / "MNIST") in data.source
    assert files_in(cache) == {"MNIST"}


# torchvision beside a torch that it was not built for


def test_torchvision_can_be_imported_here():
    datasets = torchvision_datasets()
    assert all(hasattr(datasets, entry.torchvision_class) for entry in CATALOGUE.values())


@pytest.fixture
def broken_import(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Return a function after which the first import of torchvision fails in that way."""
    import builtins

    ordinary = builtins.__import__

    def arrange(error: Exception) -> None:
        errors = [error]

        def importing(name: str, *args: Any) -> Any:
            if name == "torchvision" and errors:
                raise errors.pop()
            return ordinary(name, *args)

        monkeypatch.setattr(builtins, "__import__", importing)

    return arrange


def test_a_missing_operator_is_put_in_place(broken_import, monkeypatch):
    defined: list[bool] = []
    monkeypatch.setattr(download_module, "_define_missing_operators", lambda: defined.append(True))
    broken_import(RuntimeError("operator torchvision::nms does not exist"))
    assert hasattr(torchvision_datasets(), "MNIST")
    assert defined == [True]


def test_another_failure_of_the_import_is_not_hidden(broken_import):
    broken_import(RuntimeError("something else"))
    with pytest.raises(RuntimeError, match="something else"):
        torchvision_datasets()


@pytest.mark.parametrize("error", [ImportError("no torchvision"), RuntimeError("it is broken")])
def test_without_torchvision_the_digits_come(error, broken_import, cache):
    broken_import(error)
    data = load("mnist", lambda _: None)
    assert data.name == "digits" and str(error) in data.source
    assert list(cache.iterdir()) == []
