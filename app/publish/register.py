"""What came of holding the region's own list against the national register, on a screen, on a page and as JSON."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
from rich.console import Console

from app.language import Lang
from app.publish.copy import text
from app.study import Study
from geodata.register import CONTRADICTIONS, REGISTER_REPORT
from geodata.sources.register_join import held_against, report_of
from geodata.sources.upload import Answered, Upload

SHOWN = 30
COUNTED = ("matched", "only_upload", "only_register", "filled")
READ = ("read_as", "no_position", "unreadable")
"""Findings on the register's own rows; they are the same whatever the list says."""


def held_to_register(study: Study, upload: Answered) -> pd.DataFrame:
    """Table REGISTER_REPORT of a list that is not built; without rows for premises, and where there is no register."""
    facts = study.facts
    listed = upload.listed if isinstance(upload, Upload) else None
    if listed is None:
        return facts.register_report[:0]
    said = facts.register_report[facts.register_report["finding"].isin(READ)]
    held = held_against(gpd.GeoDataFrame(facts.areas), facts.region, study.rules)
    return report_of(listed, facts.register, said.to_dict("records"), held)


def print_register(report: pd.DataFrame, lang: Lang, screen: Console) -> None:
    """Print the counts, and every finding that somebody should look at."""
    if report.empty:
        return
    screen.print(register_sentence(report, lang))
    for line in _first_lines(report, lang):
        screen.print(f"  {line}", markup=False, soft_wrap=True)


def register_section(report: pd.DataFrame, lang: Lang) -> dict[str, Any] | None:
    """The sentence and the lines of a page; None where there is nothing to say."""
    if report.empty:
        return None
    return {"sentence": register_sentence(report, lang), "lines": _first_lines(report, lang)}


def _first_lines(report: pd.DataFrame, lang: Lang) -> list[str]:
    lines = list(register_lines(report, lang))
    more = [text("register.more", lang, n=len(lines) - SHOWN)] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def register_sentence(report: pd.DataFrame, lang: Lang) -> str:
    """How many matched, how many only one of the two has, how many contradict."""
    counts = {name: int((report["finding"] == name).sum()) for name in COUNTED}
    contradict = report.loc[report["finding"].isin(CONTRADICTIONS), "ydernummer"].nunique()
    read = int(report["finding"].isin(READ).sum())
    return text("register.head", lang, **counts, contradict=contradict, read=read)


def register_lines(report: pd.DataFrame, lang: Lang) -> Iterator[str]:
    """A line for each finding but plain matches: what, which practice, what the two say."""
    for row in notable(report).to_dict("records"):
        label = REGISTER_REPORT["finding"].code_label(row["finding"], lang)
        who = " ".join(str(row[name]) for name in ("ydernummer", "name") if isinstance(row[name], str))
        sides = " | ".join(str(row[name]) for name in ("found", "told") if isinstance(row[name], str))
        apart = f" ({row['metres']:.0f} m)" if pd.notna(row["metres"]) else ""
        where = f" ({text('register.row', lang, n=row['row'])})" if pd.notna(row["row"]) else ""
        yield f"{label}: {who or row['sor_id']}{where}{': ' if sides else ''}{sides}{apart}"


def notable(report: pd.DataFrame) -> pd.DataFrame:
    """Findings that somebody should look at: contradictions first, then what is missing, then what was read anew."""
    order = {name: at for at, name in enumerate((*CONTRADICTIONS, *COUNTED[1:], *READ))}
    rows = report[report["finding"].isin(order)]
    return rows.sort_values("finding", key=lambda finding: finding.map(order), kind="stable")


def register_answer(report: pd.DataFrame, lang: Lang) -> dict[str, Any]:
    """Counts and findings, ready for JSON."""
    rows = report.astype(object).where(report.notna(), None).to_dict("records")
    return {"sentence": register_sentence(report, lang), "findings": rows}
