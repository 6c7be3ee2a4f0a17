"""A local publisher that misbehaves as real ones do: it says what it is told to, and remembers what it was asked."""

import gzip
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Said:
    """One answer.

    status, headers, body : as they go out
    cut : bytes after which the connection is closed, though the whole length was promised
    slow : seconds before every 1000 bytes
    etag, modified : validators; with one of them ranges and conditions are honoured
    length : whether Content-Length is sent
    date : of the publisher's clock; the present unless given
    """

    body: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    cut: int | None = None
    slow: float = 0.0
    etag: str = ""
    modified: str = ""
    length: bool = True
    date: str | None = None
    gzipped: bool = False


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def form(self):
        """The body as a form."""
        return parse_qs(self.body.decode())


class Publisher(ThreadingHTTPServer):
    """Listens on a free port; `says` puts answers at a path: each is given once, the last one for ever."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = defaultdict(list)
        self.asked = []
        self.scheme = "http"

    def says(self, path, *answers):
        self.answers[path] = [
            answer if callable(answer) or isinstance(answer, Said) else Said(answer) for answer in answers
        ]
        return self.url(path)

    def url(self, path=""):
        return f"{self.scheme}://localhost:{self.server_port}{path}"

    def next_answer(self, path):
        waiting = self.answers.get(path)
        if not waiting:
            return Said(b"nothing here", 404)
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def handle_error(self, request, client_address):
        """Clients that hang up are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.reply()

    def do_HEAD(self):
        self.reply()

    def do_POST(self):
        self.reply()

    def reply(self):
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = Asked(self.command, parts.path, parse_qs(parts.query), dict(self.headers), body)
        self.server.asked.append(asked)
        said = self.server.next_answer(parts.path)
        self.give(said(asked) if callable(said) else said)

    def give(self, said):
        status, body, extra = said.status, said.body, dict(said.headers)
        if said.gzipped:
            body, extra["Content-Encoding"] = gzip.compress(body), "gzip"
        if said.etag:
            extra["ETag"] = said.etag
        if said.modified:
            extra["Last-Modified"] = said.modified
        if status == 200 and self.unchanged(said):
            status, body = 304, b""
        elif status == 200 and (first := self.first_byte(said)) is not None:
            if first >= len(body):
                status, body = 416, b""
            else:
                extra["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
                status, body = 206, body[first:]
        self.send(status, body, extra, said)

    def unchanged(self, said):
        if said.etag and self.headers.get("If-None-Match") == said.etag:
            return True
        return bool(said.modified) and self.headers.get("If-Modified-Since") == said.modified

    def first_byte(self, said):
        asked = self.headers.get("Range", "")
        if not asked.startswith("bytes=") or self.headers.get("If-Range") not in (said.etag, said.modified):
            return None
        return int(asked[6:].split("-")[0])

    def send(self, status, body, extra, said):
        self.send_response_only(status)
        self.send_header("Date", said.date or formatdate(time.time(), usegmt=True))
        for name, value in extra.items():
            self.send_header(name, value)
        if said.length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.pour(body if said.cut is None else body[: said.cut], said.slow)
        if said.cut is not None:
            self.close_connection = True

    def pour(self, body, slow):
        for start in range(0, len(body), 1000):
            if slow:
                time.sleep(slow)
            self.wfile.write(body[start : start + 1000])
            self.wfile.flush()


def serve(publisher):
    """Serve in a thread until shut down."""
    thread = threading.Thread(target=publisher.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    return thread
