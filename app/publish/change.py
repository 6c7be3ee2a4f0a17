"""The surface of a change: five classes, from those that fall below the minimum to those that are lifted to it."""

from app.access.findings import CELL_FINDINGS, CHOICE_BREAKS
from app.publish import palette
from app.publish.copy import text
from app.publish.legend import Layer, Swatch

FALLS, FEWER, SAME, MORE, LIFTED = CLASSES = ("falls", "short", "same", "more", "lifted")


def change_layer(minimum: float) -> Layer:
    """The layer `change` with its legend.

    Parameters
    ----------
    minimum : open practices below which choice is limited
    """
    shown = f"{minimum:g}"
    swatches = tuple(
        Swatch(palette.CHANGE[name], text(f"change.{name}", "en", k=shown), text(f"change.{name}", "da", k=shown))
        for name in CLASSES
    )
    return Layer("change", "choice_class", text("change.title", "en"), text("change.title", "da"), swatches)


def change_classes(minimum: float) -> list[list[int]]:
    """Class of a change by the class of choice before (row) and after (column), as numbers of `CLASSES`.

    A class of choice is below the minimum when its highest count is; the highest class is open.
    """
    short = [upper - 1 < minimum for upper in CHOICE_BREAKS] + [False]
    numbers = range(len(CELL_FINDINGS["choice_class"].allowed))
    return [[CLASSES.index(_name(before, after, short)) for after in numbers] for before in numbers]


def _name(before: int, after: int, short: list[bool]) -> str:
    if short[before] != short[after]:
        return LIFTED if short[before] else FALLS
    return SAME if before == after else MORE if after > before else FEWER
