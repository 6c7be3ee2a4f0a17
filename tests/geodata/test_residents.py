"""Residents from census squares to 100 m cells, on a town small enough for a pencil."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import crs
from geodata.crs import INSIDE, from_inside
from geodata.errors import SourceError
from geodata.facts import AREAS, CELLS
from geodata.residents import CENSUS, TOTALS, Evidence, residents_of
from geodata.residents.evidence import box_of
from geodata.residents.grid import OUTSIDE, cells_within, centres, ids, numbers
from geodata.residents.holdout import coarsen, miss_of
from geodata.residents.spread import chance, spread, squares_of
from geodata.rules import RuleSet, read_rules

RULES = RuleSet(date(2026, 11, 22), read_rules())
X0, Y0 = 700_000, 6_170_000
"""Lower left corner of the town; 0101 is 2 km x 1 km, 0147 lies east of it, 1 km x 1 km; the sea is all around."""


def box(west, south, east, north):
    return shapely.MultiPolygon([shapely.box(X0 + west, Y0 + south, X0 + east, Y0 + north)])


def areas_of(*rows):
    data = [(kind, code, code, None, shape) for kind, code, shape in rows]
    columns = ["kind", "code", "name", "health_council", "geometry"]
    return AREAS.check(gpd.GeoDataFrame(data, columns=columns, geometry="geometry", crs=INSIDE))


TOWN = areas_of(("municipality", "0101", box(0, 0, 2000, 1000)), ("municipality", "0147", box(2000, 0, 3000, 1000)))


def census_over(x, y, people):
    """The 1 km squares that hold points of EPSG:25832, with residents (children, adults, old)."""
    east, north = (np.floor(axis / 1000) * 1000 for axis in from_inside(x, y, crs.LAEA))
    rows = {
        "square": [f"{n:.0f}-{e:.0f}" for n, e in zip(north, east, strict=True)],
        "east": east,
        "north": north,
        "side": 1000.0,
        "residents": [sum(ages) for ages in people],
        "land": 1.0,
    }
    frame = pd.DataFrame(rows)
    frame[["age_0_14", "age_15_64", "age_65_plus"]] = np.array(people)
    return CENSUS.check(frame)


def whole_census():
    """Every square that touches the town, 100 residents each."""
    x, y = np.meshgrid(np.arange(X0 - 1000, X0 + 4001, 250.0), np.arange(Y0 - 1000, Y0 + 2001, 250.0))
    corners = np.column_stack([np.floor(axis / 1000) for axis in from_inside(x.ravel(), y.ravel(), crs.LAEA)])
    first = np.unique(corners, axis=0, return_index=True)[1]
    return census_over(x.ravel()[first], y.ravel()[first], [(20, 60, 20)] * len(first))


def totals_of(**people):
    rows = [(code, *numbers) for code, numbers in people.items()]
    frame = pd.DataFrame(rows, columns=["kommunekode", "residents", "age_65_79", "age_80_plus"])
    return TOTALS.check(frame.assign(kommunekode=frame["kommunekode"].str.removeprefix("k")))


TOTALS_2026 = totals_of(k0101=(500, 60, 40), k0147=(301, 30, 31))


def test_a_cells_id_is_that_of_the_danish_square_grid():
    number = numbers(np.array([724_512.3]), np.array([6_175_899.9]))
    assert ["100m_61758_7245"] == ids(number)
    assert [(724_550.0, 6_175_850.0)] == list(zip(*centres(number), strict=True))


def test_lower_and_left_edges_belong_to_the_cell():
    x, y = np.array([700_100.0, 700_099.999]), np.array([6_170_100.0, 6_170_099.999])
    assert ["100m_61701_7001", "100m_61700_7000"] == ids(numbers(x, y))


def test_every_cell_with_its_centre_inside_is_found_and_no_other():
    grid = cells_within(TOWN, 0.0)
    assert (300, ("0101", "0147")) == (len(grid.number), grid.codes)
    assert [200, 100] == np.bincount(grid.municipality).tolist()


def test_a_centre_on_a_border_belongs_to_the_lower_code():
    shared = areas_of(("municipality", "0147", box(0, 0, 150, 100)), ("municipality", "0101", box(150, 0, 300, 100)))
    grid = cells_within(shared, 0.0)
    on_border = numbers(np.array([X0 + 150.0]), np.array([Y0 + 50.0]))
    assert ["0101"] == [grid.codes[at] for at in grid.municipality_of(on_border)]


def test_a_cell_off_the_coast_goes_to_the_nearest_municipality_within_the_tolerance():
    grid = cells_within(TOWN, 100.0)
    near, far = numbers(np.array([X0 + 2950.0] * 2), np.array([Y0 + 1050.0, Y0 + 1150.0]))
    assert [1, OUTSIDE] == grid.municipality_of(np.array([near, far])).tolist()


def test_of_equally_near_municipalities_the_lower_code_gets_the_cell():
    """The cell's centre stands 50 m north of the corner point where both meet."""
    two = areas_of(("municipality", "0147", box(0, 0, 50, 100)), ("municipality", "0101", box(50, 0, 100, 100)))
    grid = cells_within(two, 100.0)
    assert ["0101"] == [
        grid.codes[at] for at in grid.municipality_of(numbers(np.array([X0 + 50.0]), np.array([Y0 + 150.0])))
    ]


def test_a_neighbours_cells_are_outside():
    areas = areas_of(("municipality", "0101", box(0, 0, 100, 100)), ("neighbour", "0253", box(100, 0, 200, 100)))
    grid = cells_within(areas, 100.0)
    assert [0, OUTSIDE] == grid.municipality_of(
        numbers(np.array([X0 + 50.0, X0 + 150.0]), np.array([Y0 + 50.0] * 2))
    ).tolist()


def test_addresses_alone_tell_where_people_of_a_square_live():
    """One square, three addresses in one cell and one in another: 100 residents become 75 and 25."""
    x, y = np.array([X0 + 550.0, X0 + 555.0, X0 + 560.0, X0 + 750.0]), np.full(4, Y0 + 550.0)
    census = census_over(x[:1], y[:1], [(20, 60, 20)])
    inside = squares_of(census).at(x, y)
    assert [0, 0, 0, 0] == inside.tolist()
    cover = shapely.box(X0 - 2000, Y0 - 2000, X0 + 5000, Y0 + 3000)
    pieces, method = spread(census, cells_within(TOWN, 100.0), [Evidence("address", "map", x, y, cover)], None)
    assert ["address"] == method.tolist()
    assert {ids(numbers(x[:1], y[:1]))[0]: 75.0, ids(numbers(x[3:], y[3:]))[0]: 25.0} == pytest.approx(
        dict(
            zip(
                ids(pieces["cell"].to_numpy()),
                pieces[["age_0_14", "age_15_64", "age_65_plus"]].sum(axis=1),
                strict=True,
            )
        )
    )


def test_addresses_go_before_buildings_before_streets_and_only_where_they_cover_the_square():
    x, y = np.array([X0 + 550.0]), np.array([Y0 + 550.0])
    census = census_over(x, y, [(20, 60, 20)])
    grid = cells_within(TOWN, 100.0)
    all_round, one_cell = (
        shapely.box(X0 - 2000, Y0 - 2000, X0 + 5000, Y0 + 3000),
        shapely.box(X0, Y0, X0 + 600, Y0 + 600),
    )
    kinds = ("street", "building", "address")
    items = [Evidence(kind, "map", x, y, all_round) for kind in kinds]
    assert ["address"] == spread(census, grid, items, None)[1].tolist()
    assert ["building"] == spread(census, grid, items[:2], None)[1].tolist()
    assert ["street"] == spread(census, grid, items[:1], None)[1].tolist()
    assert ["land"] == spread(census, grid, [Evidence("address", "map", x, y, one_cell)], None)[1].tolist()


def test_a_square_half_outside_the_region_gives_half_its_residents():
    """A lone square of land; the region is its western half as the crow's ruler in EPSG:25832 cuts it."""
    middle_x, middle_y = X0 + 500.0, Y0 + 500.0
    census = census_over(np.array([middle_x]), np.array([middle_y]), [(20, 60, 20)])
    row = census.iloc[0]
    east, north = np.array([0, 0, 1000, 1000]) + row["east"], np.array([0, 1000, 1000, 0]) + row["north"]
    corners = np.column_stack(crs.to_inside(east, north, crs.LAEA))
    west = shapely.Polygon(corners).intersection(shapely.box(0, 0, corners[:, 0].mean(), 9e6))
    areas = areas_of(("municipality", "0101", shapely.MultiPolygon([west])))
    pieces, _ = spread(census, cells_within(areas, 0.0), [], None)
    assert pieces[["age_0_14", "age_15_64", "age_65_plus"]].to_numpy().sum() == pytest.approx(50.0, abs=3.0)


def test_open_country_is_settled_in_part_and_always_in_the_same_cells():
    census, grid, settled = whole_census(), cells_within(TOWN, 0.0), RULES.value("settled_cells")
    everywhere = spread(census, grid, [], None)[0]
    some, again = spread(census, grid, [], settled)[0], spread(census, grid, [], settled)[0]
    assert everywhere["cell"].nunique() == 300
    assert 20 < some["cell"].nunique() < 120
    assert some.equals(again)
    total = ["age_0_14", "age_15_64", "age_65_plus"]
    assert everywhere[total].to_numpy().sum() == pytest.approx(some[total].to_numpy().sum())


def test_chance_is_even():
    drawn = chance(np.arange(10_000) + 6_170_000_000)
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert np.histogram(drawn, 10, (0, 1))[0] == pytest.approx(np.full(10, 1000), abs=120)


def test_every_municipality_sums_to_the_person_in_every_age_group():
    found = residents_of(TOWN, whole_census(), TOTALS_2026, [], RULES)
    cells = CELLS.check(found.cells)
    ages = ["age_0_14", "age_15_64", "age_65_79", "age_80_plus"]
    sums = cells.groupby("kommunekode")[["residents", *ages]].sum()
    assert [500, 301] == sums["residents"].tolist()
    assert [60, 30] == sums["age_65_79"].tolist()
    assert [40, 31] == sums["age_80_plus"].tolist()
    assert [100, 60] == sums["age_0_14"].tolist(), "a quarter of those under 65, as in the census"
    assert (cells["residents"] == cells[ages].sum(axis=1)).all()
    assert cells["residents"].min() >= 1
    assert {"land": len(whole_census())} == found.methods


def test_order_of_census_totals_and_areas_does_not_matter():
    shuffled = whole_census().sample(frac=1, random_state=1)
    one = residents_of(TOWN, whole_census(), TOTALS_2026, [], RULES).cells
    other = residents_of(TOWN[::-1], shuffled, TOTALS_2026[::-1], [], RULES).cells
    assert one.equals(other)


def test_city_districts_are_those_that_hold_the_centre_and_else_the_nearest():
    """District 1 is the west kilometre of 0101; district 2 stops 200 m short of its east end; 0147 has none."""
    districts = areas_of(
        ("city_district", "1", box(0, 0, 1000, 1000)), ("city_district", "2", box(1000, 0, 1800, 1000))
    )
    areas = AREAS.check(pd.concat([TOWN, districts], ignore_index=True))
    cells = residents_of(areas, whole_census(), TOTALS_2026, [], RULES).cells
    for cell in cells.itertuples():
        expected = None if cell.x > X0 + 2000 else "1" if cell.x < X0 + 1000 else "2"
        assert expected == (None if pd.isna(cell.city_district) else cell.city_district)


def test_a_municipality_without_a_total_is_named():
    with pytest.raises(SourceError, match="no total of residents for municipalities 0147"):
        residents_of(TOWN, whole_census(), totals_of(k0101=(500, 60, 40)), [], RULES)


def test_a_municipality_without_census_squares_is_named():
    census = census_over(np.array([X0 + 300.0]), np.array([Y0 + 500.0]), [(20, 60, 20)])
    with pytest.raises(SourceError, match="no census square holds residents of municipalities 0147"):
        residents_of(TOWN, census, TOTALS_2026, [], RULES)


def test_a_square_without_children_still_lets_the_municipality_have_them():
    census = whole_census()
    census["age_15_64"] += census["age_0_14"]
    census["age_0_14"] = 0
    cells = residents_of(TOWN, census, TOTALS_2026, [], RULES).cells
    assert [500, 301] == cells.groupby("kommunekode")["residents"].sum().tolist()


@settings(deadline=None, max_examples=25)
@given(
    st.integers(1, 3000),
    st.integers(1, 3000),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
    st.lists(st.integers(0, 400), min_size=3),
)
def test_any_totals_are_met_exactly(first, second, old, oldest, people):
    census = whole_census()
    census["age_15_64"] = np.resize(people, len(census)) + 1
    census["residents"] = census[["age_0_14", "age_15_64", "age_65_plus"]].sum(axis=1)
    counts = {f"k{code}": (n, int(n * old), int(n * oldest)) for code, n in (("0101", first), ("0147", second))}
    cells = residents_of(TOWN, census, totals_of(**counts), [], RULES).cells
    sums = cells.groupby("kommunekode")[["residents", "age_65_79", "age_80_plus"]].sum()
    assert [list(numbers) for numbers in counts.values()] == sums.to_numpy().tolist()


def test_the_cover_of_points_is_their_rectangle_in_degrees():
    cover = box_of(np.array([12.0, 13.0]), np.array([55.0, 56.0]))
    x, y = crs.to_inside([12.5, 12.01, 11.99], [55.5, 55.01, 55.5])
    assert [True, True, False] == shapely.intersects_xy(cover, x, y).tolist()


def test_coarse_squares_hold_the_same_people():
    census = whole_census()
    coarse = coarsen(census, 3)
    assert 3000.0 == coarse["side"].iloc[0]
    for column in ("residents", "age_0_14", "age_15_64", "age_65_plus"):
        assert census[column].sum() == coarse[column].sum()


def test_perfect_evidence_misplaces_nobody_and_no_evidence_does():
    """One resident for each address, all addresses known: the hidden squares come out as they were."""
    random = np.random.default_rng(7)
    x, y = X0 + random.uniform(100, 1900, 3000), Y0 + random.beta(2, 6, 3000) * 800 + 100
    counted = squares_of(whole_census()).at(x, y)
    census = whole_census()
    census["age_15_64"] = np.bincount(counted, minlength=len(census))
    census[["age_0_14", "age_65_plus"]] = 0
    census["residents"] = census["age_15_64"]
    grid, cover = cells_within(TOWN, 100.0), shapely.box(X0 - 5000, Y0 - 5000, X0 + 9000, Y0 + 9000)
    told = miss_of(census, grid, [Evidence("address", "map", x, y, cover)], None, 5)
    untold = miss_of(census, grid, [], None, 5)
    assert told.misplaced < 0.06, "what is left are cells that straddle squares"
    assert untold.misplaced > 2 * told.misplaced


def test_a_single_house_has_a_box_of_its_own():
    """A millionth of a degree: some seven by eleven centimetres."""
    cover = box_of(np.array([12.5]), np.array([55.7]))
    assert cover.distance(shapely.Point(*crs.to_inside(12.5, 55.7))) < 0.001
    assert 0 < cover.area < 0.01
