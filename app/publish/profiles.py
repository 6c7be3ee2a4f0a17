"""What a publication says when minutes are by another profile than the mode as it stands: labels, a note, round counts.

The columns keep their names, so that whoever reads `nearest_open_min_drive` goes on doing so; their labels say by what
profile the minutes are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from app.access.findings import MODES
from app.language import Lang
from app.language import minutes as in_minutes
from app.publish.copy import text
from geodata.network.profile_cards import read_profile
from geodata.tables import Code, Column, Table

COUNTS = "under_standard_{}"
"""Counts of people that change with the profile of a mode."""
OF_MODE = (COUNTS, "nearest_open_min_{}", "open_within_standard_{}")
"""Columns that change with it."""
Profiles = Mapping[str, str]
"""Profile by mode, for the modes that are not travelled as they stand."""


def mode_codes(profiles: Profiles) -> tuple[Code, ...]:
    """The modes with the labels of the profiles they are travelled by."""
    return tuple(_code(mode, profiles.get(mode.value)) for mode in MODES)


def _code(mode: Code, profile: str | None) -> Code:
    if profile is None:
        return mode
    card = read_profile(profile)
    return Code(mode.value, card.title, card.title_da)


def labelled(table: Table, profiles: Profiles) -> Table:
    """A table whose columns of minutes say by what profile they are."""
    if not profiles:
        return table
    return replace(table, columns=tuple(_labelled(column, profiles) for column in table.columns))


def _labelled(column: Column, profiles: Profiles) -> Column:
    for mode, named in zip(MODES, mode_codes(profiles), strict=True):
        if mode.value in profiles and column.name in [name.format(mode.value) for name in OF_MODE]:
            title = column.title.replace(f"({mode.title})", f"({named.title})")
            title_da = column.title_da.replace(f"({mode.title_da})", f"({named.title_da})")
            return replace(column, title=title, title_da=title_da)
    return column


def rounded(frame: pd.DataFrame, profiles: Profiles, smallest: float) -> pd.DataFrame:
    """Counts of people by a profile, to the nearest multiple of twice the smallest count shown; never down to nought.

    The same areas are published by other profiles as well; exact counts would let a reader subtract one from the other
    and learn of a few residents between them.
    """
    step = 2.0 * smallest
    for mode in profiles:
        name = COUNTS.format(mode)
        if name in frame:
            count = frame[name]
            near = ((count / step).round() * step).clip(lower=step).where(count > 0, count)
            frame = frame.assign(**{name: near.astype(count.dtype)})
    return frame


def notes(profiles: Profiles, smallest: float, lang: Lang) -> Iterator[str]:
    """For each mode that is not travelled as it stands: by what profile, and how much of it is door and parking."""
    for mode, named in zip(MODES, mode_codes(profiles), strict=True):
        if mode.value in profiles:
            card = read_profile(profiles[mode.value])
            title, base = (named.title_da, mode.title_da) if lang == "da" else (named.title, mode.title)
            yield text("note.profile", lang, mode=base, profile=title, n=int(2 * smallest))
            if card.door is not None:
                door = in_minutes(card.door.minutes, lang)
                yield text("note.door", lang, minutes=door)
