"""Bad timetables and bad extracts of streets, in the form of `bad_files`."""

import osmium
from bad_files import Case
from osmium.osm.mutable import Node, Way
from timetable_feed import END, digits, feed

FEED, EXTRACT = "timetable/rejseplanen.zip", "network/geofabrik_denmark.osm.pbf"
TIMES, STOPS = "stop_times.txt", "stops.txt"
ROWS = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


def timetable(name, content, row, column, found, expected):
    return Case(name, "timetable", "rejseplanen_gtfs", FEED, content, row, column, found, expected)


def streets(name, content, found, expected="streets of the region"):
    return Case(name, "streets", "geofabrik_denmark", EXTRACT, content, 0, "", found, expected)


def extract(nodes, ways, ending=".osm.pbf"):
    """Writes an extract of nodes {id: (lon, lat)} and ways [(ids, tags)]."""

    def make(path):
        draft = path.with_name(f"draft{ending}")
        with osmium.SimpleWriter(str(draft), overwrite=True) as writer:
            for number, place in nodes.items():
                writer.add_node(Node(id=number, location=place, tags={"addr:housenumber": "1"}))
            for number, (refs, tags) in enumerate(ways, start=1):
                writer.add_way(Way(id=number, nodes=refs, tags=tags))
        draft.replace(path)

    return make


STREET = {"highway": "residential"}
HERE = {1: (12.55, 55.67), 2: (12.56, 55.67), 3: (12.57, 55.67)}
MADEIRA = {1: (-16.92, 32.65), 2: (-16.91, 32.65)}
CUT_ZIP = feed()[:-300]
DAMAGED = bytearray(feed())
DAMAGED[DAMAGED.index(b"stop_times.txt") + 40 : DAMAGED.index(b"stop_times.txt") + 60] = bytes(20)
BOMB = ROWS + "r1,08:15:00,08:16:00,S1,1\n" + "n2,,,C,7\nn1,,,B,8\n" * 900_000

CASES = [
    timetable("the zip is cut off", CUT_ZIP, 0, "", "a damaged or truncated zip", "a whole zip"),
    timetable("a file of the zip is damaged", bytes(DAMAGED), 0, "", "a damaged or truncated zip", "a whole zip"),
    timetable("a page stands for the zip", b"<html><title>Labs</title></html>", 0, "", "not a zip file", "a whole zip"),
    timetable("a name climbs out", feed(**{"../../stops.txt": "x"}), 0, "", "'../../stops.txt'", "plain names"),
    timetable("stop times are missing", feed(without=[TIMES]), 0, "", "no stop_times.txt, only agency.txt", "these files"),
    timetable("there is no calendar", feed(without=["calendar.txt", "calendar_dates.txt"]), 0, "", "no calendar.txt or calendar_dates.txt", "these files"),
    timetable("a column is called otherwise", feed((TIMES, "departure_time", "departs")), 1, "departure_time of stop_times.txt", "departs", "this column"),
    timetable("a row lacks a cell", feed((TIMES, "n1,0:45:00,0:45:00,C,2", "n1,0:45:00,0:45:00,C")), 8, TIMES, "Expected 5 columns, got 4", "5 columns"),
    timetable("the letters are old", feed(**{STOPS: "stop_id,stop_name,stop_lat,stop_lon\nA,Rønne,55.1,14.7\n".encode("latin-1")}), 1, STOPS, "0xf8", "UTF-8"),
    timetable("a trip is unknown", feed((TIMES, "r1,08:52:00", "r9,08:52:00")), 3, "trip_id of stop_times.txt", "'r9'", "trips.txt"),
    timetable("a stop is unknown", feed((TIMES, "S1,15", "Q7,15")), 5, "stop_id of stop_times.txt", "'Q7'", "stops.txt"),
    timetable("a route is unknown", feed(("trips.txt", "R,week,r1", "Q,week,r1")), 2, "route_id of trips.txt", "'Q'", "routes.txt"),
    timetable("a service is unknown", feed(("trips.txt", "A,week,a1", "A,weak,a1")), 3, "service_id of trips.txt", "'weak'", "calendar.txt"),
    timetable("a station is unknown", feed((STOPS, ",0,S\n", ",0,Q\n")), 3, "parent_station of stops.txt", "'Q'", "a stop_id"),
    timetable("a trip comes twice", feed(("trips.txt", "n2", "n1")), 5, "trip_id of trips.txt", "'n1' again", "once"),
    timetable("a time is none", feed((TIMES, "08:15:00", "8.15")), 2, "arrival_time of stop_times.txt", "'8.15'", "08:15:00"),
    timetable("a minute is the sixtieth", feed((TIMES, "08:15:00", "08:60:00")), 2, "arrival_time of stop_times.txt", "'08:60:00'", "08:15:00"),
    timetable("a train leaves before it comes", feed((TIMES, "08:16:00", "08:14:00")), 2, "departure_time of stop_times.txt", "'08:14:00'", "no time before arrival_time"),
    timetable("a trip runs back in time", feed((TIMES, "08:52:00,08:52:00", "08:12:00,08:12:00")), 3, "arrival_time of stop_times.txt", "'08:12:00'", "the stop before"),
    timetable("a trip ends without a time", feed((TIMES, "r1,08:52:00,08:52:00", "r1,,")), 0, "arrival_time of stop_times.txt", "trip 'r1'", "a time at both"),
    timetable("a stop comes twice in a trip", feed((TIMES, "0:45:00,C,2", "0:45:00,C,1")), 8, "stop_sequence of stop_times.txt", "'1'", "another one"),
    timetable("the axes are turned", feed((STOPS, "Havnen,55", "Havnen,12.0,55.5,,\nD,Havnen,55")), 5, "stop_lat of stops.txt", "'12.0'", "look turned"),
    timetable("a stop stands at nought", feed((STOPS, "53.553,10.006", "0.0,0.0")), 7, "stop_lat of stops.txt", "'0.0'", "a place"),
    timetable("a stop stands nowhere", feed((STOPS, "53.553,10.006", ",")), 7, "stop_lat of stops.txt", "nothing", "degrees"),
    timetable("a place is in metres", feed((STOPS, "53.553,10.006", "6175000,724000")), 7, "stop_lat of stops.txt", "'6175000'", "degrees from -90 to 90"),
    timetable("the stops are of another country", feed(**{STOPS: "stop_id,stop_name,stop_lat,stop_lon\nS1,Oslo S,59.91,10.75\n"}), 0, STOPS, "1 of 1 stops outside Denmark, the first 'S1'", "at most 10%"),
    timetable("a day is none", feed(("calendar.txt", digits(END), "20260231")), 2, "end_date of calendar.txt", "'20260231'", "20261122"),
    timetable("a service ends before it begins", feed(("calendar.txt", digits(END), "20000101")), 2, "end_date of calendar.txt", "'20000101'", "no day before start_date"),
    timetable("a weekday is a word", feed(("calendar.txt", "week,1", "week,yes")), 2, "monday of calendar.txt", "'yes'", "a whole number"),
    timetable("an exception is neither", feed(("calendar_dates.txt", f"{digits(END)},2", f"{digits(END)},3")), 3, "exception_type of calendar_dates.txt", "'3'", "1 (added) or 2 (removed)"),
    timetable("a route is of no kind", feed(("routes.txt", "Re,2", "Re,tog")), 2, "route_type of routes.txt", "'tog'", "a whole number"),
    timetable("nothing stops", feed(**{TIMES: ROWS}), 0, TIMES, "no row", "trips with their stops"),
    timetable("a table is a bomb", feed(**{TIMES: BOMB}), 0, TIMES, "bytes from", "200 times as large as packed"),
    streets("the extract is cut off", lambda path: path.write_bytes(path.read_bytes()[:-60]), "cannot be read as OpenStreetMap data"),
    streets("the extract is a page", b"<html><title>Geofabrik</title></html>", "cannot be read as OpenStreetMap data"),
    streets("the extract is empty", b"", "cannot be read as OpenStreetMap data"),
    streets("an archive stands for the extract", CUT_ZIP, "cannot be read as OpenStreetMap data"),
    streets("there is no street", extract(HERE, [((1, 2), {"building": "yes"})]), "holds no street or path"),
    streets("the nodes are missing", extract({}, [((1, 2, 3), STREET)]), "no street of the file has two nodes with a place"),
    streets("every other node is missing", extract({1: HERE[1], 3: HERE[3]}, [((1, 2, 3), STREET)]), "no street of the file has two nodes with a place"),
    streets("a street has one node", extract(HERE, [((1,), STREET)]), "no street of the file has two nodes with a place"),
    streets("the streets are of another place", extract(MADEIRA, [((1, 2), STREET)]), "streets from -16.92 to -16.92 E and 32.65 to 32.65 N", "streets in the region"),
]  # fmt: skip
"""Every case; names are unique within a source."""
