"""Conditional requests: an answer made from the same study is the same answer, so its hash is its tag."""

import hashlib
from collections.abc import Callable

from fastapi import Request, Response

FOREVER = "public, max-age=31536000, immutable"
CHECKED = "no-cache"
"""May be kept, but must be asked about before it is used again."""


def tag(*parts: str) -> str:
    """An entity tag of everything an answer depends on."""
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:24]}"'


def conditional(request: Request, study: str, make: Callable[[], Response], *, control: str = CHECKED) -> Response:
    """Answer 304 where the asker has this answer already, else make it.

    Parameters
    ----------
    study : hash of the study the answer is made from
    make : makes the answer
    """
    mark = tag(study, request.url.path, request.url.query)
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    headers = {"ETag": mark, "Cache-Control": control}
    if mark in known:
        return Response(status_code=304, headers=headers)
    answer = make()
    answer.headers.update(headers)
    return answer
