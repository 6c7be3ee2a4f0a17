"""Parameters of addresses: the API refuses an unknown value (400), a page takes the default and says so."""

import math
from typing import Annotated, Any, Literal, get_args

from fastapi import Query, Request
from markupsafe import Markup

from app.errors import QuestionError
from app.language import LANGS, Lang
from app.publish.copy import text
from app.publish.page import EDIT_OWN, PRINTS, SHOWS, View, usual_view
from app.publish.panel import BYS
from app.publish.surfaces import SURFACES, travel_names

By = Literal["municipality", "health_council", "city_district"]
ProfileQuery = Annotated[
    str | None,
    Query(description="Minutes of a mode by another profile: drive_peak, ebike, ...", max_length=40),
]
LangQuery = Annotated[Lang, Query(description="Language of labels and sentences: da or en.")]
ByQuery = Annotated[By, Query(description="Kind of area.")]
Lon = Annotated[float, Query(description="Longitude in degrees, WGS 84.", ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Query(description="Latitude in degrees, WGS 84.", ge=-90, le=90, allow_inf_nan=False)]

CHOICES: dict[str, tuple[str, ...]] = {
    "lang": LANGS,
    "by": BYS,
    "layer": SURFACES,
    "mode": travel_names(),
    "print": ("", *PRINTS),
    "edit": ("", "1"),
}
ZOOMS = (7.0, 15.0)
LONGEST = 200
SHORT, MOST_INFOS = 40, 5
"""Signs of a parameter's value that are read; the rest is cut off."""

assert get_args(By) == BYS


def language_of(request: Request) -> Lang:
    """Language an address asks for; Danish unless it is English."""
    return "en" if request.query_params.get("lang") == "en" else "da"


def refuse_unknown(request: Request, known: tuple[str, ...]) -> None:
    """Refuse an address with a parameter that is not known.

    Raises
    ------
    QuestionError : names the parameter and the known ones
    """
    strange = sorted(set(request.query_params) - {*known, "lang"})
    if strange:
        raise QuestionError(
            f"unknown parameter {', '.join(strange)[:LONGEST]}; known are {', '.join((*known, 'lang'))}"
        )


PAGE = (
    "lang",
    "by",
    "area",
    "layer",
    "mode",
    "show",
    "z",
    "lat",
    "lon",
    "print",
    "data",
    "edit",
    "view",
    "scenario",
    "against",
)
"""Parameters of the map pages."""


def view_of(request: Request, own: tuple[str, ...] = ()) -> tuple[View, list[str]]:
    """The view an address asks for, and a line for each parameter and value that is not known and has no effect.

    Parameters
    ----------
    own : further parameters of the page
    """
    query = {name: value[:LONGEST] for name, value in request.query_params.items()}
    lang = language_of(request)
    editing = query.get("edit") == "1"
    usual = usual_view("1" if editing else "")
    fields: dict[str, Any] = {"show": usual.show}
    known = {*PAGE, *own, *(EDIT_OWN if editing else ())}
    strange = sorted(set(query) - known)[:MOST_INFOS]
    infos = [text("note.unknown_parameter", lang, name=cut_short(name)) for name in strange]

    def put(name: str, value: Any, ok: bool) -> None:
        if ok:
            fields[name] = value
        else:
            default = getattr(usual, name)
            infos.append(unknown_line(name, query[name], default, lang))

    for name, allowed in CHOICES.items():
        if name in query:
            put(name, query[name], query[name] in allowed)
    if "show" in query:
        shown = tuple(part for part in query["show"].split(",") if part)
        put("show", shown, set(shown) <= set(SHOWS))
    if "area" in query:
        fields["area"] = query["area"]
    position = _position(query)
    if position:
        fields.update(position)
    elif {"z", "lat", "lon"} & set(query):
        infos.append(unknown_line("z, lat, lon", ", ".join(query.get(n, "") for n in ("z", "lat", "lon")), "", lang))
    return View(**fields), infos


def old_link(request: Request, view: View) -> Markup:
    """The line on a link that was made on another study, with the way to what is seen there now."""
    words = text("note.old_link", view.lang, hash=request.query_params["data"][:8])
    return Markup('{} <a href="{}">{}</a>').format(words, view.link(), text("note.old_link_new", view.lang))


def cut_short(words: str) -> str:
    """What was sent to us, as far as it is worth repeating."""
    return words if len(words) <= SHORT else f"{words[:SHORT]}…"


def unknown_line(name: str, value: str, default: object, lang: Lang) -> str:
    """The line on a value that is not known."""
    shown = ",".join(default) if isinstance(default, tuple) else str(default or "–")
    return text("note.unknown", lang, name=name, value=value, default=shown)


def _position(query: dict[str, str]) -> dict[str, float] | None:
    """Zoom and centre, when all three are numbers in range."""
    try:
        z, lat, lon = (float(query[name]) for name in ("z", "lat", "lon"))
    except (KeyError, ValueError):
        return None
    inside = ZOOMS[0] <= z <= ZOOMS[1] and -90 <= lat <= 90 and -180 <= lon <= 180
    return {"z": z, "lat": lat, "lon": lon} if inside and all(map(math.isfinite, (z, lat, lon))) else None
