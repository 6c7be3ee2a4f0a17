"""Small counts are hidden, and nothing that is shown gives them away."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.publish import figures
from app.publish.collections import ADDITIVE, Publication
from app.publish.suppress import Sum, blank, hidden, hidden_parts

ROW = Sum((0, 0), ((0, 1), (0, 2), (0, 3)))


def row(*values):
    return np.array([values], dtype=float)


def test_small_counts_are_hidden_and_nought_is_not():
    """Above nought and below five is hidden; nought, five and what is missing are not."""
    assert [False, True, True, False, False] == hidden(row(0, 1, 4, 5, np.nan), 5)[0].tolist()


def test_the_second_smallest_goes_with_a_single_small_part():
    """100 = 3 + 40 + 57: 3 is small, and 40 goes with it; the total stays."""
    assert [False, True, True, False] == hidden(row(100, 3, 40, 57), 5, [ROW])[0].tolist()


def test_two_small_parts_need_no_third():
    """100 = 3 + 2 + 95: who knows 5 does not know which."""
    assert [False, True, True, False] == hidden(row(100, 3, 2, 95), 5, [ROW])[0].tolist()


def test_two_small_parts_at_their_limit_do():
    """100 = 4 + 4 + 92: two counts below five that make eight can only be four each, so 92 goes too."""
    assert [False, True, True, True] == hidden(row(100, 4, 4, 92), 5, [ROW])[0].tolist()


def test_noughts_are_no_cover():
    """10 = 3 + 0 + 7: hiding the nought would hide nothing."""
    assert [False, True, False, True] == hidden(row(10, 3, 0, 7), 5, [ROW])[0].tolist()


def test_a_hidden_count_that_is_its_total_hides_both():
    """3 = 3 + 0 + 0: total and part are small, both are hidden, no sum tells them."""
    assert [True, True, False, False] == hidden(row(3, 3, 0, 0), 5, [ROW])[0].tolist()


def test_columns_are_protected_through_nested_areas():
    """Region 60 = A 2 + B 20 + C 38: A is small, B goes with it."""
    counts = np.array([[60.0], [2.0], [20.0], [38.0]])
    nested = Sum((0, 0), ((1, 0), (2, 0), (3, 0)))
    assert [False, True, True, False] == hidden(counts, 5, [nested])[:, 0].tolist()


def test_protection_travels_across_rows_and_columns():
    """Rows A = (2, 30, 32), B = (40, 50, 90), region (42, 80, 122): all four inner counts go."""
    counts = np.array([[2.0, 30, 32], [40, 50, 90], [42, 80, 122]])
    rows = [Sum((r, 2), ((r, 0), (r, 1))) for r in range(3)]
    columns = [Sum((2, c), ((0, c), (1, c))) for c in range(3)]
    expected = [[True, True, False], [True, True, False], [False, False, False]]
    assert expected == hidden(counts, 5, rows + columns).tolist()


def consistent(counts, mask, small, sums, smallest):
    """Every way to fill the hidden counts that a reader cannot rule out (plain search over small numbers)."""
    places = [tuple(place) for place in np.argwhere(mask)]
    limit = int(counts.max())
    ranges = [range(1, smallest) if small[place] else range(smallest, limit + 2) for place in places]
    for values in itertools.product(*ranges):
        trial = counts.copy()
        for place, value in zip(places, values, strict=True):
            trial[place] = value
        if all(trial[one.total] == sum(trial[part] for part in one.parts) for one in sums):
            yield dict(zip(places, values, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=4, max_size=4))
def test_no_reader_can_reckon_a_hidden_part(parts):
    """Law: whoever tries every number finds at least two that fit each hidden count, if there is any cover at all."""
    smallest = 3
    counts = row(sum(parts), *parts)
    sums = [Sum((0, 0), tuple((0, i) for i in range(1, 5)))]
    mask, small = hidden(counts, smallest, sums), (counts > 0) & (counts < smallest)
    ways = list(consistent(counts, mask, small, sums, smallest))
    cover = counts[0, 1:][counts[0, 1:] > 0]
    for place in map(tuple, np.argwhere(mask)):
        if not mask[0][counts[0] > 0].all():
            assert len({way[place] for way in ways}) > 1, (parts, mask, len(cover))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=1, max_size=6))
def test_many_rows_at_once_hide_what_one_row_hides(parts):
    """The fast way over all cells hides what the careful way hides in each row whose total is shown."""
    table = np.array(parts, dtype=float)
    totals = table.sum(axis=1)
    fast_total, fast = hidden_parts(totals, table, 5)
    one = Sum((0, 0), tuple((0, i) for i in range(1, 5)))
    for i, values in enumerate(table):
        careful = hidden(row(totals[i], *values), 5, [one])[0]
        if not fast_total[i] and not careful[0]:
            assert careful[1:].tolist() == fast[i].tolist()
        else:
            assert fast[i].all() or careful[0]


def test_blanking_says_which_and_why():
    """Hidden counts become empty; `suppressed` names the small, `withheld` their partners."""
    frame = pd.DataFrame({"a": [100], "b": [3], "c": [40], "d": [57]})
    mask = hidden(frame.to_numpy(dtype=float), 5, [ROW])
    shown = blank(frame, list("abcd"), mask, 5).iloc[0]
    assert ("b", "c") == (shown["suppressed"], shown["withheld"])
    assert (100, 57) == (shown["a"], shown["d"])
    assert pd.isna(shown["b"])
    assert pd.isna(shown["c"])


@pytest.mark.parametrize(
    ("lang", "table", "sentence"),
    [("da", "<\u00a05", "færre end 5 borgere"), ("en", "<\u00a05", "fewer than 5 residents")],
)
def test_how_a_hidden_count_is_written(lang, table, sentence):
    """A small count is `< 5` in a table and `færre end 5` in a sentence; a withheld one is not called small."""
    shown = pd.Series({"a": pd.NA, "b": pd.NA, "suppressed": "a", "withheld": "b"})
    assert table == figures.count(shown, "a", 5, lang)
    assert sentence == figures.people(shown, "a", 5, lang)
    assert "5" not in figures.count(shown, "b", 5, lang)
    assert "5" not in figures.people(shown, "b", 5, lang)
    assert "–" == figures.share(shown, "a", "b", lang)


def test_areas_hide_small_counts_and_their_shares(publication):
    """No published area shows a count between nought and the limit, nor a share of a hidden count."""
    frame = publication.areas.frame
    counts = frame[list(ADDITIVE)].to_numpy(dtype=float, na_value=np.nan)
    assert not ((counts > 0) & (counts < publication.smallest)).any()
    assert frame.loc[frame["under_two"].isna(), "under_two_share"].isna().all()
    hidden_somewhere = frame["suppressed"].str.len() > 0
    assert hidden_somewhere.any(), "the town was made with small counts"


def test_cells_hide_small_counts(publication):
    """A cell of three shows no count, nor its neighbour of 50; a cell with two of 80 or over withholds another age."""
    frame = publication.cells.frame.set_index("residents", drop=False)
    few = publication.cells.frame[publication.cells.frame["residents"].isna()]
    assert ["", "residents"] == [mark.split(" ")[0] for mark in few["suppressed"]]
    assert ["residents", ""] == [mark.split(" ")[0] for mark in few["withheld"]]
    ages = ["age_0_14", "age_15_64", "age_65_79", "age_80_plus"]
    assert few[ages].isna().all(axis=None)
    many = frame.loc[700]
    assert "age_80_plus" == many["suppressed"]
    assert many["withheld"] in ("age_0_14", "age_15_64", "age_65_79")


def test_a_public_total_is_never_hidden_to_protect_a_small_part():
    counts = np.array([[1000.0, 3.0, 997.0, 0.0]])
    sums = [Sum((0, 0), ((0, 1), (0, 2), (0, 3)))]
    public = np.array([[True, False, False, False]])
    assert [[False, True, True, False]] == hidden(counts, 5, sums, public).tolist()


def test_no_two_published_figures_of_a_cell_give_its_hidden_residents_away(sample_study):
    """Residents are places over places for each 1,000, so no column may hold the places."""
    cells = Publication(sample_study).cells.frame
    residents = sample_study.facts.cells.set_index("cell_id")["residents"].reindex(cells["cell_id"]).to_numpy()
    secret = cells["residents"].isna().to_numpy()
    numbers = cells.loc[secret].select_dtypes("number").drop(columns=["x", "y"])
    assert len(numbers) > 1000
    for above, below in itertools.permutations(numbers, 2):
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = numbers[above].to_numpy(float, na_value=np.nan) / numbers[below].to_numpy(float, na_value=np.nan)
        right = np.isclose(ratio * 1000, residents[secret]) | np.isclose(ratio, residents[secret])
        assert right.mean() < 0.5, (above, below)
