"""What a map tip says: the words of the pages' popups, filled in by expressions."""

from html import escape

from app import language as say
from app.access.findings import LITTLE_CHOICE
from app.publish.copy import text
from app.publish.qgis.expressions import (
    as_needed,
    count,
    field,
    kilometres,
    kilometres_as_needed,
    number,
    people,
    quoted,
    shown,
    word,
)
from geodata.facts import LOCATIONS, PRACTICES


def tip(title: str, *lines: str) -> str:
    """A title and lines as the HTML that QGIS shows; each may hold expressions."""
    return "".join([f"<b>{title}</b>", *(f"<br>{line}" for line in lines)])


def practice() -> str:
    """Name, number, intake, capacities and list of a practice."""
    listed = text(
        "practice.listed", n=shown(number(field("listed_patients"))), limit=shown(number(field("closing_limit")))
    )
    answer = f"lower({word(LOCATIONS['step_free_access'])})"
    return tip(
        plain("name"),
        f"{text('practice.number', nr=shown(field('ydernummer')))} · {shown(word(PRACTICES['intake']))}",
        f"{shown(_capacities())} · {listed}",
        f"{plain('address')} · {text('practice.step_free', answer=shown(answer))}",
    )


def plain(column: str) -> str:
    """A text that people wrote, without its markup."""
    plain = f"replace(replace({field(column)}, '&', '&amp;'), '<', '&lt;')"
    return shown(plain)


def _capacities() -> str:
    """2 kapaciteter; 2,5 kapaciteter."""
    n = field("capacities")
    one, many = quoted(say.noun(1, "capacity")), quoted(say.noun(2, "capacity"))
    return f"{as_needed(n)} || ' ' || CASE WHEN round({n}) = 1 THEN {one} ELSE {many} END"


def cell(smallest: float) -> str:
    """How many open practices, how far the first and the second, and how many residents a cell has."""
    title = text(
        "cell.title",
        count=shown(count("open_within_limit", "open_practice")),
        limit=shown(kilometres_as_needed("limit_m")),
    )
    near = text("cell.nearest_no_time", d=_or_unreachable("nearest_open_m"))
    second = text("cell.second", d=_or_unreachable("second_open_m"))
    here = people("residents", smallest, text("note.withheld_people"))
    return tip(title, near, second, shown(here))


def _or_unreachable(name: str) -> str:
    return shown(f"coalesce({kilometres(name)}, {quoted(text('qgis.unreachable'))})")


def little_choice(smallest: float) -> str:
    """Name, residents and cause of an area of limited choice."""
    here = people("residents", smallest, text("note.withheld_people"))
    return tip(plain("name"), shown(here), shown(word(LITTLE_CHOICE["reason"])), shown(field("reason_da")))


def area(smallest: float, minimum: float) -> str:
    """Residents, those with too few practices, and why, of a municipality, council or district."""
    hit = people("under_two", smallest, text("note.withheld_people"))
    part = field("under_two_share")
    percent = f"' (' || {number(f'100 * {part}', 1)} || {quoted(text('qgis.percent') + ')')}"
    share = f"CASE WHEN {part} IS NULL THEN '' ELSE {percent} END"
    strong = text("choice.sentence_strong", k=f"{minimum:g}")
    return tip(
        plain("name"),
        f"{shown(people('residents', smallest, text('note.withheld_people')))}",
        f"{shown(hit)}{shown(share)} har {escape(strong)}",
        shown(field("reason_da")),
    )
