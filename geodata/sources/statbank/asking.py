"""Which table, which variables and which of their values are asked of StatBank.

A card names a table, or a pattern by which the newest one is found; its settings give each role a variable, and
`<role>_values` the values wanted: patterns with commas between, `last:` before one for the last that fits,
`municipalities` for those of the region. What does not fit the table is an error that names what the table has.
"""

import fnmatch
import re
from collections.abc import Mapping, Sequence
from typing import Any

from geodata.catalogue import Card, Region
from geodata.errors import Breach, FetchError
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import Check, endpoint_of

ROLES = ("area", "sex", "age", "civil", "measure", "service", "time")
VALUES = "_values"
LAST = "last:"
OURS = "municipalities"
SHOWN = 8


def fetch_table(fetcher: Fetcher, card: Card, region: Region, check: Check) -> Fetched:
    """One table of StatBank as its CSV, cut to what the card asks for.

    Parameters
    ----------
    check : looks at the file before it takes the place of the former one

    Raises
    ------
    FetchError : there is no such table, variable or value, or StatBank refuses
    """
    service, settings = endpoint_of(card).url, endpoint_of(card).settings
    table = settings.get("table") or newest(card, fetcher.answer(_small(card, f"{service}/tables")))
    info = fetcher.answer(_small(card, f"{service}/tableinfo/{table}"))
    body = {
        "table": table,
        "lang": "da",
        "format": "BULK",
        "valuePresentation": "Code",
        "delimiter": "Semicolon",
        "variables": choices(card, region, info),
    }
    return fetcher.file(Ask(card, f"{service}/data#{table}", body=body, check=check))


def _small(card: Card, url: str) -> Ask:
    return Ask(card, url, format="json", parameters={"lang": "da", "format": "JSON"})


def newest(card: Card, tables: Any) -> str:
    """Id of the table updated last among those that fit the card's pattern and are kept up.

    Raises
    ------
    FetchError : none fits; names tables that come near
    """
    pattern = endpoint_of(card).settings["pattern"]
    rows = [row for row in tables if isinstance(row, dict) and "id" in row] if isinstance(tables, list) else []
    fitting = [row for row in rows if re.fullmatch(pattern, str(row["id"])) and row.get("active", True)]
    if not fitting:
        near = ", ".join(str(row["id"]) for row in rows if str(row["id"])[:3] == pattern[:3]) or f"{len(rows)} others"
        raise FetchError(card.id, Breach(0, "id", near, f"a table like {pattern}"), _mend("pattern"))
    return str(max(fitting, key=lambda row: (str(row.get("updated", "")), str(row["id"])))["id"])


def choices(card: Card, region: Region, info: Any) -> list[dict[str, Any]]:
    """Variables and values for the request, by the card's settings and the table's own description.

    Raises
    ------
    FetchError : the table lacks a variable or value, or has a variable that must be chosen and the card says nothing of
    """
    settings = endpoint_of(card).settings
    rows = info.get("variables") if isinstance(info, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
        raise FetchError(card.id, Breach(0, "variables", "no list of variables", "a table's description"))
    variables = {str(row["id"]).upper(): row for row in rows}
    wanted = {role: settings[role] for role in ROLES if settings.get(role)}
    chosen = []
    for role, name in wanted.items():
        if name.upper() not in variables:
            raise FetchError(card.id, Breach(0, name, ", ".join(variables), "a variable of this name"), _mend(role))
        variable = variables.pop(name.upper())
        chosen.append({"code": variable["id"], "values": _values(card, region, role, variable)})
    open_ones = [name for name, row in variables.items() if not row.get("elimination", False)]
    if open_ones:
        found = f"{open_ones[0]} too, of which one value must be chosen"
        raise FetchError(card.id, Breach(0, open_ones[0], found, f"only {', '.join(wanted.values())}"))
    return chosen


def _values(card: Card, region: Region, role: str, variable: Mapping[str, Any]) -> list[str]:
    known = [str(row["id"]) for row in variable.get("values", []) if isinstance(row, dict) and "id" in row]
    said = endpoint_of(card).settings[role + VALUES]
    wanted = [code[1:] for code in region.codes] if said == OURS else said.split(",")
    found: list[str] = []
    for pattern in wanted:
        fitting = fnmatch.filter(known, pattern.removeprefix(LAST))
        if not fitting:
            some = ", ".join(known[:SHOWN]) or "none"
            raise FetchError(card.id, Breach(0, str(variable["id"]), some, f"a value {pattern}"), _mend(role + VALUES))
        found += _only_new(found, fitting[-1:] if pattern.startswith(LAST) else fitting)
    return found


def _only_new(found: Sequence[str], more: Sequence[str]) -> list[str]:
    return [value for value in more if value not in found]


def _mend(setting: str) -> str:
    return f"put the setting {setting} right by LAEGEVALG_SOURCES"
