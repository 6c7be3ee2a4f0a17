"""A sentence that would tell a withheld count is replaced by one that does not.

Sentences never tell a small count (`app.access.reasons`); but a count withheld for another's sake is not small, and
`reasons`, which knows one area at a time, cannot know of it.
"""

import pandas as pd

from app.publish.copy import text

TELLING = ("under_two", "under_two_if_all_open")
"""Counts that the sentence on the cause says."""


def safe_reasons(areas: pd.DataFrame) -> pd.DataFrame:
    """The rows with sentences that reveal nothing; `withheld` names the counts withheld in each row."""
    telling = areas["withheld"].str.split().map(lambda names: bool(set(names) & set(TELLING))).to_numpy(dtype=bool)
    out = areas.copy()
    out.loc[telling, "reason_da"] = text("note.reason_hidden", "da")
    out.loc[telling, "reason_en"] = text("note.reason_hidden", "en")
    return out
