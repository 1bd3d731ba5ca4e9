"""The slow line keeps order and can keep answers back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.slow_line import slow_line

LETTERS = [bytes([letter]) for letter in b"abcdefghijklmnopqrstuvwxyz"]


@contextmanager
def an_echo() -> Iterator[int]:
    """A server that says whatever it hears; yields its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def echo(connection: socket.socket) -> None:
        with connection:
            while heard := connection.recv(4096):
                connection.sendall(heard)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=echo, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def connected(address: str) -> socket.socket:
    """A connection to the near end of a line."""
    host, _, port = address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=20)


def test_everything_arrives_in_order_and_the_end_too() -> None:
    with an_echo() as port, slow_line(port, round_trip=0.05) as line, connected(line.address) as end:
        for letter in LETTERS:
            end.sendall(letter)
        end.shutdown(socket.SHUT_WR)
        heard = b""
        while chunk := end.recv(4096):
            heard += chunk
        assert heard == b"".join(LETTERS)


def test_answers_that_are_held_back_come_when_they_may() -> None:
    with an_echo() as port, slow_line(port) as line, connected(line.address) as end:
        line.hold_answers()
        end.sendall(b"first")
        end.settimeout(0.3)
        heard = b""
        try:
            heard = end.recv(4096)
        except TimeoutError:
            line.let_answers_through()
        assert heard == b""
        end.settimeout(20)
        assert end.recv(4096) == b"first"
