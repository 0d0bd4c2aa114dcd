"""`jaga verify-web`: what is served is what was built, or a sentence says which file is not."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from tests.helpers.stack import run_cli


def verify(url):
    return run_cli("verify-web", url, "--json")


@contextmanager
def in_between(url, spoil):
    """A server that passes on what `url` gives, changed by `spoil(path, body)`."""

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self):
            answer = httpx.get(url + self.path)
            body = spoil(self.path, answer.content)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    running = threading.Thread(target=server.serve_forever)
    running.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        running.join()
        server.server_close()


def test_the_messenger_that_is_served_is_the_one_that_was_built(stack):
    done = verify(stack.url)
    assert done.returncode == 0, done.stderr
    assert '"verified": true' in done.stdout


def test_one_changed_byte_is_named(stack):
    def spoil(path, body):
        return body + b" " if path.endswith("worker.js") else body

    with in_between(stack.url, spoil) as url:
        done = verify(url)
    assert done.returncode == 1
    assert "worker.js is served otherwise" in done.stderr


def test_a_server_without_a_statement_is_not_taken_for_a_good_one(stack):
    done = verify(f"{stack.url}/nowhere")
    assert (done.returncode, "gives no statement" in done.stderr) == (1, True)
