"""Many followers of one channel and its publisher, in one thread: a client that costs as little as it can.

A task for each follower would spend more of the machine than the server under test.
"""

from __future__ import annotations

import selectors
import socket
import time
from urllib.parse import urlsplit

_PATIENCE = 10
"""Seconds without anything at all, after which something is wrong."""


class Crowd:
    """`count` connections to the feed of `channel`."""

    def __init__(self, url: str, channel: str, count: int) -> None:
        parts = urlsplit(url)
        self._address, self._host = (parts.hostname, parts.port), f"{parts.hostname}:{parts.port}"
        self._selector = selectors.DefaultSelector()
        request = f"GET /api/v1/feed?channels={channel} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode()
        self._followers = [self._asked(request) for _ in range(count)]
        for follower in self._followers:
            receive_until(follower, b"retry:")
            self._selector.register(follower, selectors.EVENT_READ)

    def _asked(self, request: bytes) -> socket.socket:
        """At once: the front door waits 10 s for a connection's first request."""
        connection = socket.create_connection(self._address, timeout=_PATIENCE)
        connection.sendall(request)
        return connection

    def delays(self, path: str, headers: str, body: bytes, marker: bytes) -> list[float]:
        """Seconds from the request that publishes `body` until each follower has read `marker`.

        Raises `AssertionError` when the post is refused or nothing more arrives though some have not read it.
        """
        arrived, seen = [], dict.fromkeys(self._followers, b"")
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        began = time.perf_counter()
        with self._asked(head.encode() + body) as publisher:
            while seen:
                ready = self._selector.select(timeout=_PATIENCE)
                assert ready, f"{len(seen)} of {len(self._followers)} followers did not read the post"
                for key, _ in ready:
                    follower = key.fileobj
                    piece = follower.recv(65_536)
                    assert piece, "the connection of a follower ended"
                    read = seen.get(follower, b"")[-len(marker) :] + piece
                    if follower in seen and marker in read:
                        arrived.append(time.perf_counter() - began)
                        del seen[follower]
                    elif follower in seen:
                        seen[follower] = read
            assert b" 201 " in receive_until(publisher, b"\r\n\r\n")
        return arrived

    def close(self) -> None:
        self._selector.close()
        for one in self._followers:
            one.close()


def receive_until(connection: socket.socket, marker: bytes) -> bytes:
    received = b""
    while marker not in received:
        piece = connection.recv(65_536)
        assert piece, "the connection ended"
        received += piece
    return received
