"""A timetable is checked as it streams past, and read as the stops of a region."""

from dataclasses import replace
from datetime import date, timedelta

import geopandas as gpd
import pytest
import shapely
from timetable_feed import BEGIN, END, TODAY, digits, feed, tables

from geodata import crs
from geodata.catalogue import read_card
from geodata.errors import MisfitError
from geodata.sources.gtfs.feed import BLOCK, FIRST_ROW, open_feed
from geodata.sources.gtfs.timetable import check_timetable, read_timetable, stops_within
from geodata.sources.gtfs.trips import kind_of_route

CARD = read_card("rejseplanen_gtfs")
TIMES = "stop_times.txt"


@pytest.fixture
def written(tmp_path):
    """Writes a feed; gives its path."""

    def write(*changes, **more):
        path = tmp_path / "rejseplanen.zip"
        path.write_bytes(feed(*changes, **more))
        return path

    return write


def test_stops_at_which_something_stops_are_read_by_means_of_transport(written):
    """S1 has the train, and the bus stops there too; X and Z are served by nothing, M is Hamburg, S a station."""
    reading = read_timetable(written(), CARD)
    rows = set(zip(reading.frame["stop_id"], reading.frame["kind"], strict=True))
    assert {("S1", "train"), ("S1", "bus"), ("B", "bus"), ("C", "bus")} == rows
    assert crs.to_inside(12.56, 55.68) == pytest.approx(
        tuple(reading.frame.set_index("stop_id").loc["B", ["x", "y"]]), abs=0.01
    )
    assert "Torvet, Storegade" == reading.frame.set_index("stop_id").loc["B", "name"]
    assert (27, 3, BEGIN.isoformat()) == (reading.rows_in, reading.rows_kept, reading.as_of)


def test_what_was_read_is_counted_in_one_line(written):
    assert (
        "27 stops (1 outside Denmark), 3 routes, 4 trips (1 that stop nowhere), 7 stop times, "
        f"the latest 25:10, from {BEGIN} to {END}"
    ) == read_timetable(written(), CARD).note


def test_a_feed_may_begin_with_a_mark_be_out_of_order_and_have_columns_of_its_own(written):
    lines = tables()[TIMES].strip().split("\n")
    mixed = [f"{lines[0]},stop_headsign", *(f'{line},"Nord, ""Ny"""' for line in reversed(lines[1:]))]
    assert 4 == len(read_timetable(written(**{TIMES: "\ufeff" + "\r\n".join(mixed)}), CARD).frame)


@pytest.mark.parametrize("without", ["calendar.txt", "calendar_dates.txt"])
def test_either_calendar_will_do(written, without):
    service = {"calendar.txt": "days", "calendar_dates.txt": "week"}[without]
    trips = "route_id,service_id,trip_id\n" + "".join(f"A,{service},{trip}\n" for trip in ("r1", "a1", "n1", "n2"))
    assert 4 == len(check_timetable(written(without=[without], **{"trips.txt": trips}), CARD, TODAY).trips.ids)


@pytest.mark.parametrize(
    ("day", "runs"),
    [
        (TODAY, {"week", "days"}),
        (TODAY + timedelta(days=1), {"week"}),
        (END, set()),
        (END + timedelta(days=1), set()),
        (BEGIN - timedelta(days=1), set()),
    ],
)
def test_services_run_on_their_weekdays_with_days_added_and_removed(written, day, runs):
    assert runs == check_timetable(written(), CARD).calendar.running(day)


def test_a_timetable_that_is_over_is_refused_on_the_day(written):
    day = END + timedelta(days=3)
    with pytest.raises(MisfitError, match=f"found services from {BEGIN} to {END}, and none on {day}"):
        check_timetable(written(), CARD, day)


def test_a_service_of_weekdays_does_not_run_on_sundays(written):
    monday = date(2026, 11, 23)
    days = (("calendar.txt", "1,1,1,1,1,1,1", "1,1,1,1,1,0,0"), ("calendar.txt", digits(BEGIN), "20261101"))
    calendar = check_timetable(written(*days, ("calendar.txt", digits(END), "20271101")), CARD).calendar
    ran = [monday + timedelta(days=n) for n in range(7) if "week" in calendar.running(monday + timedelta(days=n))]
    assert [monday + timedelta(days=n) for n in range(5)] == ran


@pytest.mark.parametrize(
    ("number", "kind"),
    [(0, "tram"), (1, "metro"), (2, "train"), (3, "bus"), (4, "ferry"), (7, "other"), (109, "train"), (401, "metro"),
     (704, "bus"), (900, "tram"), (1000, "ferry"), (1501, "other")],
)  # fmt: skip
def test_what_runs_a_route_is_told_by_its_basic_or_extended_type(number, kind):
    assert kind == kind_of_route(number)


def test_stops_are_cut_to_the_region_and_its_buffer(written):
    reading = read_timetable(written(), CARD)
    x, y = crs.to_inside(12.55, 55.67)
    square = gpd.GeoDataFrame({"kind": ["municipality"]}, geometry=[shapely.box(x - 100, y - 100, x + 100, y + 100)])
    assert {"S1"} == set(stops_within(reading, square, 0).frame["stop_id"])
    assert {"S1", "B"} == set(stops_within(reading, square, 1500).frame["stop_id"])


def test_a_table_that_unpacks_to_more_than_the_card_allows_is_refused(written):
    settings = {**CARD.endpoint.settings, "largest_file_megabytes": "0.0001"}
    card = replace(CARD, endpoint=replace(CARD.endpoint, settings=settings))
    with pytest.raises(
        MisfitError, match=r"calendar.txt: found more than \d+ bytes from \d+, expected at most 100 bytes"
    ):
        check_timetable(written(), card)


def test_a_damaged_setting_of_the_box_says_so(written):
    card = CARD.with_settings({"box": "7.5 54.3"})
    with pytest.raises(MisfitError, match=r"column box, most_abroad: found '7.5 54.3' and '0.1'"):
        check_timetable(written(), card)


def test_rows_come_in_batches_of_bounded_size_numbered_through(written):
    """300,000 rows, 11 MB: no batch is larger than a block, and each begins where the one before ended."""
    head = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    path = written(**{TIMES: head + "".join(f"r1,08:15:00,08:15:00,S1,{number:06d}\n" for number in range(300_000))})
    expected, largest = FIRST_ROW, 0
    with open_feed(path, CARD) as opened:
        for batch in opened.batches(TIMES):
            assert expected == batch.first
            sequence = batch.columns["stop_sequence"]
            assert f"{expected - FIRST_ROW:06d}" == sequence[0].as_py()
            expected, largest = expected + len(sequence), max(largest, len(sequence))
    assert 300_000 + FIRST_ROW == expected
    assert largest * len("r1,08:15:00,08:15:00,S1,000000\n") <= BLOCK


def test_a_bad_row_far_down_is_named_by_its_own_number(written):
    rows = "".join(f"r1,08:15:00,08:15:00,S1,{number:06d}\n" for number in range(300_000))
    head = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    with pytest.raises(MisfitError, match=r"row 300002, column stop_sequence of stop_times.txt: found 'last'"):
        check_timetable(written(**{TIMES: head + rows + "r1,08:15:00,08:15:00,S1,last\n"}), CARD)
    with pytest.raises(MisfitError, match=r"row 300002, column stop_times.txt: found Expected 5 columns, got 2"):
        check_timetable(written(**{TIMES: head + rows + "r1,08:15:00\n"}), CARD)
