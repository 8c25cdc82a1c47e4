"""Free and taken ports on the loopback address."""

import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65535


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port the system has just found free."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def first_free(wanted: int, *, taken: Collection[int] = (), tries: int = 50) -> int:
    """The wanted port, or the next one up that is free and not in `taken`; any free port when none of them is."""
    for port in range(wanted, min(wanted + tries, HIGHEST_PORT) + 1):
        if port not in taken and is_free(port):
            return port
    return any_free()
