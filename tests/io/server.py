"""A web server of files in memory on this machine, which is slow, busy or broken as a test wants it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server:
    """What a server has, how it answers, and what it was asked.

    `misbehave` is called with the number of a request, its method and path; it may give an HTTP status to answer with
    in place of the file, or "cut" for half of the bytes.
    """

    def __init__(self, url: str, files: dict[str, bytes]):
        self.url = url
        self.files = files
        self.latency = 0.0
        self.has_ranges = True
        self.misbehave: Callable[[int, str, str], Any] = lambda number, method, path: None
        self.requests: list[tuple[str, str]] = []
        self.sent = 0
        self.at_once = 0
        self.most_at_once = 0
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    """Answers GET, of ranges too, and HEAD; a folder is a page with links to its files."""

    protocol_version = "HTTP/1.1"
    shared: Server

    def do_HEAD(self) -> None:
        self.answer("HEAD")

    def do_GET(self) -> None:
        self.answer("GET")

    def answer(self, method: str) -> None:
        server, path = self.shared, self.path.lstrip("/")
        with server.lock:
            number = len(server.requests)
            server.requests.append((method, path))
            server.at_once += 1
            server.most_at_once = max(server.at_once, server.most_at_once)
        time.sleep(server.latency)
        with server.lock:
            server.at_once -= 1
        trouble = server.misbehave(number, method, path)
        if isinstance(trouble, int):
            self.send_error(trouble)
            return
        body = server.files.get(path)
        if body is None and path.endswith("/"):
            links = [name for name in server.files if name.startswith(path)]
            body = "".join(f'<a href="/{name}">{name}</a>\n' for name in links).encode() if links else None
        if body is None:
            self.send_error(404)
            return
        start, end = 0, len(body)
        if server.has_ranges and (asked := self.headers.get("Range")):
            first, last = asked.removeprefix("bytes=").split("-")
            start, end = int(first), min(int(last) + 1, len(body))
        self.send_response(206 if end - start < len(body) else 200)
        self.send_header("Content-Length", str(end - start))
        self.send_header("ETag", f'"{hash(body)}"')
        if server.has_ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if method == "GET":
            part = body[start:end]
            if trouble == "cut":
                part = part[: len(part) // 2]
                self.close_connection = True
            server.sent += len(part)
            self.wfile.write(part)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Server]:
    """A server of some files."""
    handler = type("OwnHandler", (Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        handler.shared = Server(f"http://127.0.0.1:{listening.server_address[1]}", files)  # type: ignore[attr-defined]
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield handler.shared  # type: ignore[attr-defined]
        finally:
            listening.shutdown()
            thread.join()
