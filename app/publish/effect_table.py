"""The effect of a scenario as a table on a screen."""

from rich.console import Console
from rich.table import Table as Grid

from app import language as say
from app.language import Lang
from app.publish import figures
from app.publish.copy import text
from app.publish.what_if import AFTER, BEFORE, COUNTS, FALLING, LIFTED, Effects, Told
from app.siting.effect import Effect
from geodata import units


def print_effect(effects: Effects, effect: Effect, lang: Lang, screen: Console) -> None:
    """Print the areas where residents are lifted or fall, before and after, and what happens in words."""
    told = effects.told(effect)
    study = effects.publication.study
    least = say.number(study.rules.number("minimum_open"), lang)
    grid = Grid(title=f"{text('wi.title', lang)} {effect.scenario.hash[:8]}", title_justify="left")
    grid.add_column(text("wi.area", lang))
    for head in (BEFORE, AFTER, LIFTED, FALLING, "second"):
        grid.add_column(text(f"wi.{head}", lang, k=least), justify="right")
    for area in effects.moved_areas(effect):
        grid.add_row(*_cells(effects, effect, told, area, lang))
    screen.print(grid)
    for sentence in effects.sentences(told, lang):
        screen.print(sentence)
    banner = effects.publication.provenance.banner(lang)
    if banner:
        screen.print(str(banner), style="yellow")


def _cells(effects: Effects, effect: Effect, told: Told, area: int, lang: Lang) -> tuple[str, ...]:
    row = effect.before.iloc[area]
    counts = (_count(effects, told, area, name, lang) for name in (BEFORE, AFTER, LIFTED, FALLING))
    was, now = (
        figures.decimal(units.km(float(metres)), lang)
        for metres in (row["second_open_m"], effect.figures["second_open_m"][area])
    )
    return (str(row["name"]), *counts, f"{was} → {now}")


def _count(effects: Effects, told: Told, area: int, name: str, lang: Lang) -> str:
    """A count: 1.204, < 5, or the word for a withheld one."""
    shown = told.shown(area, name)
    if shown is not None:
        return say.number(shown, lang)
    if told.small[area, COUNTS.index(name)]:
        return say.table_count(1, lang, max(effects.publication.smallest, 2))
    return text("note.withheld", lang)
