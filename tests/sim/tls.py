"""TLS before a simulated cloud."""
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator


class Terminator:
    """Takes TLS connections on the loopback address, and passes on what they say.

    :param port: where it is passed on to
    """

    def __init__(self, context: ssl.SSLContext, port: int) -> None:
        self._context = context
        self._behind = port
        self._listening = socket.create_server(('127.0.0.1', 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                threading.Thread(
                    target=self._serve, args=(self._listening.accept()[0],), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        # What a client does that does not trust us is its business.
        with contextlib.suppress(OSError), contextlib.ExitStack() as closing:
            closing.enter_context(plain)
            outside = closing.enter_context(self._context.wrap_socket(plain, server_side=True))
            inside = closing.enter_context(socket.create_connection(('127.0.0.1', self._behind)))
            answers = threading.Thread(target=_pass_on, args=(inside, outside), daemon=True)
            answers.start()
            _pass_on(outside, inside)
            answers.join()

    def close(self) -> None:
        self._listening.close()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def terminated(context: ssl.SSLContext, port: int) -> Iterator[str]:
    """The address at which TLS is taken."""
    terminator = Terminator(context, port)
    try:
        yield f'https://127.0.0.1:{terminator.port}'
    finally:
        terminator.close()
