"""Ranked premises as a table on a screen."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

from app.language import EN_DASH, Lang
from app.publish.copy import text


def print_premises(answer: Mapping[str, Any], lang: Lang, screen: Console) -> None:
    """Print premises best first with the points of each criterion, then the reasons of the best and the failing.

    Parameters
    ----------
    answer : as `PremisesWriter.answer` gives it
    """
    grid = Grid(title=f"{text('premises.title', lang)}: {answer['sentence']}", title_justify="left")
    for head in ("", text("premises.title", lang), "100"):
        grid.add_column(head, justify="left" if head else "right")
    for weight in answer["weights"]:
        grid.add_column(f"{weight['title']} ({weight['most']:.0f})", justify="right")
    for card in answer["premises"]:
        points = (f"{one['points']:.0f}{'?' if one['unknown'] else ''}" for one in card["criteria"])
        name = card["name"] or card["address"] or card["premises_id"]
        grid.add_row(str(card["rank"] or EN_DASH), f"{card['premises_id']} {name}", f"{card['score']:.0f}", *points)
    screen.print(grid)
    for card in answer["premises"]:
        screen.print(f"{card['premises_id']}: {card['sentence']}", markup=False, soft_wrap=True)
    screen.print(answer["robust"])
    if answer["data"].get("banner"):
        screen.print(str(answer["data"]["banner"]), style="yellow")
