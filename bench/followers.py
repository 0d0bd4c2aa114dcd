"""Many followers of one channel and its publisher, in one thread: a client that costs as little as it can.

A task for each follower would spend more of the machine than the server under test.
"""

from __future__ import annotations

import selectors
import socket
import time
from urllib.parse import urlsplit


class Crowd:
    """`count` connections to the feed of `channel`, and one to publish on."""

    def __init__(self, url: str, channel: str, count: int) -> None:
        parts = urlsplit(url)
        self._host = f"{parts.hostname}:{parts.port}"
        self._selector = selectors.DefaultSelector()
        self._publisher = socket.create_connection((parts.hostname, parts.port))
        self._followers = [socket.create_connection((parts.hostname, parts.port)) for _ in range(count)]
        request = f"GET /api/v1/feed?channels={channel} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode()
        for follower in self._followers:
            follower.sendall(request)
        for follower in self._followers:
            _receive_until(follower, b"retry:")
            self._selector.register(follower, selectors.EVENT_READ)

    def delays(self, path: str, headers: str, body: bytes, marker: bytes) -> list[float]:
        """Seconds from the request that publishes `body` until each follower has read `marker`; the post must be accepted."""
        began, arrived, seen = time.perf_counter(), [], dict.fromkeys(self._followers, b"")
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        self._publisher.sendall(head.encode() + body)
        while seen:
            for key, _ in self._selector.select(timeout=10):
                follower = key.fileobj
                read = seen.get(follower, b"")[-len(marker) :] + follower.recv(65_536)
                if marker in read:
                    arrived.append(time.perf_counter() - began)
                    del seen[follower]
                elif follower in seen:
                    seen[follower] = read
        assert b" 201 " in _receive_until(self._publisher, b"\r\n\r\n")
        return arrived

    def close(self) -> None:
        self._selector.close()
        for one in (self._publisher, *self._followers):
            one.close()


def _receive_until(connection: socket.socket, marker: bytes) -> bytes:
    received = b""
    while marker not in received:
        piece = connection.recv(65_536)
        assert piece, "the connection ended"
        received += piece
    return received
