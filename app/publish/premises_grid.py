"""Ranked premises, and the choices of several together, as tables on a screen."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from app.language import EN_DASH, Lang, percent_sign
from app.publish.copy import text
from app.publish.frontier import WORDS
from app.siting.premises.acceptability import BEST


def print_premises(answer: Mapping[str, Any], lang: Lang, screen: Console) -> None:
    """Print premises best first with the points of each criterion, then the reasons of the best and the failing.

    Parameters
    ----------
    answer : as `PremisesWriter.answer` gives it
    """
    grid = Grid(title=f"{text('premises.title', lang)}: {answer['sentence']}", title_justify="left")
    for head in ("", text("premises.title", lang), "100"):
        grid.add_column(head, justify="left" if head else "right")
    for most in BEST:
        grid.add_column(text("premises.best_head", lang, n=most), justify="right")
    for weight in answer["weights"]:
        grid.add_column(f"{weight['title']} ({weight['most']:.0f})", justify="right")
    for card in answer["premises"]:
        points = (f"{one['points']:.0f}{'?' if one['unknown'] else ''}" for one in card["criteria"])
        name = card["name"] or card["address"] or card["premises_id"]
        shares = (_share(card[f"best_{most}"], lang) for most in BEST)
        place = str(card["rank"] or EN_DASH), f"{card['premises_id']} {name}", f"{card['score']:.0f}"
        grid.add_row(*place, *shares, *points)
    screen.print(grid)
    for card in answer["premises"]:
        screen.print(f"{card['premises_id']}: {card['sentence']}", markup=False, soft_wrap=True)
    screen.print(answer["robust"])
    if answer["data"].get("banner"):
        screen.print(str(answer["data"]["banner"]), style="yellow")


def print_frontier(answer: Mapping[str, Any], lang: Lang, screen: Console) -> None:
    """Print choices of several premises together, from most residents lifted to most suitable.

    Parameters
    ----------
    answer : as `FrontierWriter.answer` gives it
    """
    grid = Grid(title=text("frontier.title", lang), title_justify="left", caption=answer["sentence"])
    grid.add_column(text("frontier.premises", lang), overflow="fold")
    for key in ("frontier.residents", WORDS[answer["measure"]][1]):
        grid.add_column(text(key, lang), justify="right")
    grid.add_column("")
    for trade in answer["trades"]:
        names = "; ".join(one["name"] for one in trade["premises"])
        grid.add_row(names, trade["residents_text"], str(trade["suitability"]), trade["proof"])
    screen.print(grid)


def _share(share: float | None, lang: Lang) -> str:
    """A share of the weightings; a dash where there is no rank."""
    return EN_DASH if share is None else percent_sign(share, lang)
