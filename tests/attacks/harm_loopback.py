# attack: passes a message through the loopback network and an abstract socket.
# alone: file
import socket
import threading
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack")


def send(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as line:
        line.settimeout(5)
        line.connect(address)
        line.sendall(b"the answer is 42")


def serve(family, address):
    server = socket.socket(family, socket.SOCK_STREAM)
    server.settimeout(5)
    server.bind(address)
    server.listen()
    threading.Thread(target=send, args=(family, server.getsockname()), daemon=True).start()
    line, _ = server.accept()
    with line, server:
        return line.recv(100)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    heard = serve(socket.AF_UNIX, "\0attack-loopback")
    heard += serve(socket.AF_INET, ("127.0.0.1", 0))
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "harm_loopback").write_bytes(heard)
