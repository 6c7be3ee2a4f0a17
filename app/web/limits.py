"""What keeps a request within bounds: size, time and what a page may load. Plain ASGI, around every route."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from app.web.problems import STATUS_TITLES, problem

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)


def content_security(images: str = "") -> bytes:
    """What a page may load.

    Parameters
    ----------
    images : origin of a background map's tiles, where there is one
    """
    return CONTENT_SECURITY.replace("img-src 'self'", f"img-src 'self' {images}".strip()).encode()


STREAM = b"text/event-stream"


class TooLargeError(Exception):
    """A request's body is larger than the service takes."""


class Limits:
    """Refuses large bodies and slow answers, and sends the security headers.

    Parameters
    ----------
    app : what is inside
    largest : bytes of a request's body
    seconds : until an answer must have ended; a stream of events must have begun
    banner : the words on example data, said with every refusal
    uploads : address -> bytes of a body there, where files are posted
    images : origin of a background map's tiles; none unless given
    """

    def __init__(
        self,
        app: App,
        largest: int,
        seconds: float,
        banner: str = "",
        uploads: Mapping[str, int] | None = None,
        images: str = "",
    ) -> None:
        self.app, self.largest, self.seconds, self.banner = app, largest, seconds, banner
        self.uploads = uploads or {}
        self._headers = ((b"content-security-policy", content_security(images)), *HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        guarded = _Guard(send, self._headers)
        largest = self.uploads.get(scope["path"], self.largest)
        if _declared(scope) > largest:
            await self._refuse(scope, receive, guarded.send, 413)
            return
        try:
            async with asyncio.timeout(self.seconds) as guarded.clock:
                await self.app(scope, self._bounded(receive, largest), guarded.send)
        except TooLargeError:
            await self._late(scope, receive, guarded, 413)
        except TimeoutError:
            logger.warning("%s took longer than %s s", scope["path"], self.seconds)
            await self._late(scope, receive, guarded, 503)

    def _bounded(self, receive: Receive, largest: int) -> Receive:
        seen = 0

        async def read() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > largest:
                raise TooLargeError
            return message

        return read

    async def _late(self, scope: Scope, receive: Receive, guarded: "_Guard", status: int) -> None:
        if not guarded.started:
            await self._refuse(scope, receive, guarded.send, status)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        title, _ = STATUS_TITLES[status]
        detail = {
            413: f"the body is larger than {self.uploads.get(scope['path'], self.largest)} bytes; send less",
            503: f"no answer within {self.seconds:g} seconds; ask for less or try again",
        }[status]
        answer = problem(status, f"http-{status}", title, detail, scope["path"], self.banner)
        await answer(scope, receive, send)


class _Guard:
    """Sends on, with the security headers, and remembers whether an answer has begun; a stream of events may last."""

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send, self._headers, self.started = send, headers, False
        self.clock: asyncio.Timeout | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            message["headers"] = [*message.get("headers", []), *self._headers]
            if self.clock is not None and dict(message["headers"]).get(b"content-type", b"").startswith(STREAM):
                self.clock.reschedule(None)
        await self._send(message)


def _declared(scope: Scope) -> int:
    """Bytes the request says it has; 0 when it does not say or says nonsense (then the body is counted)."""
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0
