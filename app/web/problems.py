"""Every error as one shape (RFC 9457, application/problem+json), and as a page for those who asked for a page.

One table maps classes of error to status and title. Details of a fault of ours go to the log under a number that the
answer gives.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from app import errors as planning
from app.language import Lang
from app.publish.copy import text
from app.web.parameters import LONGEST, language_of
from geodata import errors as facts

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of error is answered: status, and the type's last word in `/docs/problems#...`."""

    status: int
    slug: str
    title: str
    title_da: str


KINDS: dict[type[Exception], Kind] = {
    planning.QuestionError: Kind(400, "question", "The question cannot be answered", "Spørgsmålet kan ikke besvares"),
    planning.OutsideError: Kind(404, "outside", "Outside the region", "Uden for regionen"),
    planning.NotFoundError: Kind(404, "not-found", "Not found", "Findes ikke"),
    planning.BusyError: Kind(429, "busy", "Too much to do", "For meget at lave"),
    planning.ExportError: Kind(400, "export", "The file cannot be made", "Filen kan ikke laves"),
    planning.PlanningError: Kind(400, "question", "The question cannot be answered", "Spørgsmålet kan ikke besvares"),
    facts.TableError: Kind(422, "table", "Rows break a table's promise", "Rækker passer ikke til tabellen"),
    facts.SourceError: Kind(422, "source", "The file cannot be read", "Filen kan ikke læses"),
    facts.StoreError: Kind(503, "store", "The region is not built", "Regionen er ikke bygget"),
    facts.GeodataError: Kind(500, "facts", "Something went wrong on our side", "Noget gik galt hos os"),
    Exception: Kind(500, "fault", "Something went wrong on our side", "Noget gik galt hos os"),
}
"""Class of error -> answer; the nearest class in the error's ancestry holds."""
STATUS_TITLES = {
    400: ("The question cannot be answered", "Spørgsmålet kan ikke besvares"),
    404: ("Page not found", "Siden findes ikke"),
    405: ("Not allowed here", "Ikke tilladt her"),
    413: ("The request is too large", "Forespørgslen er for stor"),
    503: ("Too slow", "Det tog for lang tid"),
}

STATUS_ABOUT = {
    400: "The request cannot be read.",
    404: "There is nothing at this address.",
    405: "The address does not take this method.",
    413: "The body is larger than the service takes.",
    503: "No answer within the time allowed.",
}


def listed() -> list[tuple[str, int, str, str]]:
    """Every problem: last word of its type, status, title and when it is answered; for the page they lead to."""
    told: dict[str, tuple[str, int, str, str]] = {}
    for error, kind in KINDS.items():
        about = (
            (error.__doc__ or "").strip().split("\n")[0]
            if error is not Exception
            else "A fault of ours; its number is logged."
        )
        told.setdefault(kind.slug, (kind.slug, kind.status, kind.title, about))
    for status, (title, _) in STATUS_TITLES.items():
        told[f"http-{status}"] = (f"http-{status}", status, title, STATUS_ABOUT[status])
    return list(told.values())


PageMaker = Callable[[Request, int, str, str], str]
Banner = Callable[[Lang], str]
"""The words on example data in a language; empty where there are none."""


def kind_of(error: Exception) -> Kind:
    """The answer to an error."""
    return next(KINDS[ancestor] for ancestor in type(error).__mro__ if ancestor in KINDS)


def problem(status: int, slug: str, title: str, detail: str, instance: str = "", banner: str = "") -> JSONResponse:
    """A problem+json answer.

    Parameters
    ----------
    slug : last word of the problem's type
    detail : what is wrong and how to mend it
    instance : the address asked for, or the number of a fault
    banner : the words on example data, if any
    """
    body = {"type": f"/docs#problem-{slug}", "title": title, "status": status, "detail": detail}
    if instance:
        body["instance"] = cut(instance)
    if banner:
        body["banner"] = banner
    return JSONResponse(body, status, media_type=PROBLEM)


def cut(words: str) -> str:
    """What was sent to us, as far as it is worth repeating."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


def install(app: FastAPI, page: PageMaker, banner: Banner) -> None:
    """Answer every error of an application in one shape.

    Parameters
    ----------
    page : writes an error page from the request, the status, a title and a detail
    banner : the words on example data, said with every error
    """

    def answer(request: Request, status: int, slug: str, titles: tuple[str, str], detail: str) -> Response:
        lang = language_of(request)
        title = titles[1] if lang == "da" else titles[0]
        if wants_page(request):
            return HTMLResponse(page(request, status, title, detail), status)
        return problem(status, slug, title, detail, request.url.path, banner(lang))

    async def known(request: Request, error: Exception) -> Response:
        kind = kind_of(error)
        if kind.status >= 500 and kind.slug != "store":
            return fault(request, error)
        detail = _said(error, kind, language_of(request))
        return answer(request, kind.status, kind.slug, (kind.title, kind.title_da), detail)

    def fault(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(4)
        logger.error("fault %s at %s %s", number, request.method, request.url.path, exc_info=error)
        kind = kind_of(error)
        detail = text("error.body_500", language_of(request), id=number)
        return answer(request, kind.status, kind.slug, (kind.title, kind.title_da), detail)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, 400, "question", STATUS_TITLES[400], _detail(error))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        titles = STATUS_TITLES.get(error.status_code, (str(error.detail), str(error.detail)))
        detail = _http_detail(error, language_of(request))
        made = answer(request, error.status_code, f"http-{error.status_code}", titles, detail)
        made.headers.update(error.headers or {})
        return made

    for error_class in (planning.PlanningError, facts.GeodataError, Exception):
        app.add_exception_handler(error_class, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _said(error: Exception, kind: Kind, lang: Lang) -> str:
    """What is wrong and how to mend it, in the language asked for where there are words for it."""
    if kind.slug == "outside":
        return text("error.outside", lang)
    if isinstance(error, planning.PlanningError) and error.key:
        return text(f"error.{error.key}", lang, **error.slots)
    return str(error)


def wants_page(request: Request) -> bool:
    """Whether the answer is read by a person: a browser at an address that is not the API's."""
    api = request.url.path.startswith(("/api/", "/exports/", "/health", "/ogc", "/openapi", "/tiles/"))
    return not api and "text/html" in request.headers.get("accept", "")


def _detail(error: RequestValidationError) -> str:
    parts = []
    for one in error.errors():
        field = ".".join(str(step) for step in one["loc"] if step not in ("query", "path", "body"))
        found = one.get("input")
        shown = f"found {cut(repr(found))}, " if isinstance(found, str | int | float) else ""
        parts.append(f"{field}: {shown}expected: {one['msg']}")
    return "; ".join(parts)


def _http_detail(error: HTTPException, lang: Lang) -> str:
    if error.status_code == 404:
        return text("error.body_404", lang)
    return str(error.detail)
