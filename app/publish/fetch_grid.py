"""What is to be fetched, and what became of it, as tables in a terminal."""

from collections.abc import Sequence

from rich.table import Table as Grid

from app import language as say
from geodata.gather import Outcome, Plan

STATES = {
    "new": "nyt",
    "same": "uændret",
    "kept": "fejl: det tidligere beholdes",
    "lacking": "fejl: mangler",
    "no key": "nøgle mangler",
}


def plans_grid(plans: Sequence[Plan]) -> Grid:
    """Sizes, licences and keys of what would be fetched."""
    grid = _grid("Ville blive hentet", ("Lag", "Kilde", "Udgiver", "Licens", "MB", "Nøgle", "Hentet før"))
    for plan in plans:
        size = say.as_needed(round(plan.megabytes, 1), "da")
        key = f"{plan.key} ({'findes' if plan.has_key else 'mangler'})" if plan.key else say.EN_DASH
        had = plan.had.fetched[:10] if plan.had else say.EN_DASH
        card = plan.card
        grid.add_row(
            plan.layer.id, card.id, card.publisher, card.licence, size if plan.exact else f"ca. {size}", key, had
        )
    return grid


def outcomes_grid(outcomes: Sequence[Outcome]) -> Grid:
    """What became of every source that was asked."""
    grid = _grid("Hentet", ("Lag", "Kilde", "Udfald", "Hentet", "Byte"))
    for outcome in outcomes:
        note = outcome.note
        cells = (note.fetched[:16].replace("T", " "), say.number(note.bytes)) if note else (say.EN_DASH, say.EN_DASH)
        grid.add_row(outcome.layer.id, outcome.card.id, STATES[outcome.state], *cells)
    return grid


def _grid(title: str, heads: Sequence[str]) -> Grid:
    grid = Grid(title=title, title_justify="left")
    for head in heads:
        grid.add_column(head)
    return grid
