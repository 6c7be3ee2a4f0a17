"""One attempt to bring a file: from the beginning, from where it was broken off, or not at all when nothing is new."""

import contextlib
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from geodata.errors import FetchError
from geodata.fetching.answers import compare_clocks, judge
from geodata.fetching.asking import Ask, BreakError, misfit
from geodata.fetching.bounds import MEGABYTE, Bounds
from geodata.fetching.raw import Note

WHOLE, SAME = "whole", "same"

Tell = Callable[[int, int], None]
"""Called with bytes come and bytes in all (0: not known)."""


@dataclass(frozen=True)
class Part:
    """What has come so far of one file, and the marks by which its publisher knows it."""

    path: Path

    @property
    def marks_path(self) -> Path:
        """Where the marks are kept."""
        return self.path.with_suffix(".marks")

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    def marks(self) -> dict[str, str]:
        """ETag and Last-Modified of what has come; empty when nothing has or they are damaged."""
        try:
            found = json.loads(self.marks_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {name: str(value) for name, value in found.items()} if isinstance(found, dict) else {}

    def begin(self, answer: httpx.Response) -> None:
        """Forget what came and keep the marks of a new answer."""
        self.path.write_bytes(b"")
        self.marks_path.write_text(json.dumps(marks_of(answer)), encoding="utf-8")

    def forget(self) -> None:
        """Remove what came."""
        self.path.unlink(missing_ok=True)
        self.marks_path.unlink(missing_ok=True)


def marks_of(answer: httpx.Response) -> dict[str, str]:
    """ETag, Last-Modified and Content-Encoding of an answer; empty where it says none."""
    return {name: answer.headers.get(name, "") for name in ("etag", "last-modified", "content-encoding")}


def conditions(part: Part, former: Note | None) -> dict[str, str]:
    """Headers that ask for the rest of a part (RFC 9110 13.1.5), or for nothing when the former file still holds.

    A weak ETag does not promise the same bytes, so a part is taken up by a strong one or by Last-Modified only; what
    was unpacked on the way is not taken up at all.
    """
    plain = {"Accept-Encoding": "identity"}
    marks = part.marks()
    strong = marks.get("etag", "") if not marks.get("etag", "").startswith("W/") else ""
    mark = strong or marks.get("last-modified", "")
    if part.size and mark and not marks.get("content-encoding"):
        return {**plain, "Range": f"bytes={part.size}-", "If-Range": mark}
    if former is None:
        return plain
    asked = {"If-None-Match": former.etag, "If-Modified-Since": former.last_modified}
    return plain | {name: value for name, value in asked.items() if value}


def attempt(
    client: httpx.Client,
    ask: Ask,
    secret: Mapping[str, str],
    part: Part,
    former: Note | None,
    bounds: Bounds,
    tell: Tell,
) -> str:
    """Bring what is missing of a part; SAME when the former file still holds, WHOLE when the part is whole.

    Raises
    ------
    BreakError : it broke off; what came is kept in the part
    FetchError : it cannot be had so
    """
    began, had = time.monotonic(), part.size
    try:
        with client.stream(
            ask.method,
            ask.url,
            params={**ask.parameters, **secret} or None,
            json=ask.body,
            headers=conditions(part, former),
        ) as answer:
            judge(ask, answer, bounds.longest_pause_seconds)
            compare_clocks(ask, answer, bounds.clock_hours)
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return SAME
            _place(answer, part)
            _pour(ask, answer, part, began + bounds.seconds, tell)
    except httpx.HTTPError as error:
        raise _of_transport(ask, error, max(part.size - had, 0)) from None
    return WHOLE


def _place(answer: httpx.Response, part: Part) -> None:
    """Go on at the end of the part if the answer does, else begin anew.

    Raises
    ------
    BreakError : the publisher has no such rest; the part is forgotten
    """
    goes_on = answer.headers.get("content-range", "").startswith(f"bytes {part.size}-")
    if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE or (
        answer.status_code == httpx.codes.PARTIAL_CONTENT and not goes_on
    ):
        part.forget()
        raise BreakError("another part than was asked for", "the rest of the file")
    if answer.status_code != httpx.codes.PARTIAL_CONTENT:
        part.begin(answer)


def _pour(ask: Ask, answer: httpx.Response, part: Part, deadline: float, tell: Tell) -> None:
    said = answer.headers.get("content-length", "")
    packed = answer.headers.get("content-encoding", "identity") != "identity"
    total = part.size + int(said) if said.isdigit() and not packed else 0
    come = part.size
    _refuse_size(ask, max(total, come))
    with part.path.open("ab") as out:
        for block in answer.iter_bytes():
            out.write(block)
            come += len(block)
            _refuse_size(ask, come)
            tell(come, total)
            if time.monotonic() > deadline:
                raise misfit(
                    ask, f"{come} bytes after the longest time", "a whole file in that time", "try again later"
                )


def _refuse_size(ask: Ask, size: int) -> None:
    if size > ask.largest:
        raise misfit(
            ask, f"{size} bytes or more", f"at most {ask.largest // MEGABYTE} MB (largest_megabytes of the card)"
        )


def _of_transport(ask: Ask, error: httpx.HTTPError, gained: int) -> BreakError | FetchError:
    """What a broken connection means. Messages of the library are not quoted: they may hold an address with a key."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            mend = "is this machine's clock right, and does it know the authority? (SSL_CERT_FILE)"
            return misfit(ask, f"a certificate that does not hold ({cause.verify_message})", "a valid one", mend)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TooManyRedirects | httpx.UnsupportedProtocol | httpx.ProxyError):
        return misfit(ask, _what(error), "an answer", "see the address and the proxy (HTTPS_PROXY, NO_PROXY)")
    return BreakError(_what(error), "an answer", gained=gained)


def _what(error: httpx.HTTPError) -> str:
    names = {
        httpx.ConnectTimeout: "no connection in time",
        httpx.ReadTimeout: "silence for too long",
        httpx.RemoteProtocolError: "a connection closed in the middle",
        httpx.ConnectError: "no connection",
        httpx.TooManyRedirects: "redirects without end",
        httpx.UnsupportedProtocol: "an address that is not http",
        httpx.ProxyError: "a proxy that refuses",
    }
    fallback = f"a broken connection ({type(error).__name__})"
    with contextlib.suppress(StopIteration):
        return next(words for kind, words in names.items() if isinstance(error, kind))
    return fallback
