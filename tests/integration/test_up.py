"""`jaga up`: starts, tells, survives, refuses and stops."""

from __future__ import annotations

import httpx


def test_it_is_ready_and_says_where(stack):
    ready = stack.ready()
    assert set(ready) == {"url", "server_name", "processes"}
    assert {"postgres", "synapse", "worker", "web"} <= set(ready["processes"])
    assert httpx.get(f"{ready['url']}/healthz").json() == {"status": "ok"}
    assert ready["url"] in stack.output()
