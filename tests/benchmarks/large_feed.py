"""A made-up timetable of 6 million stop times, 330 MB unpacked, as large as one may expect of Denmark's.

python tests/benchmarks/large_feed.py OUT       write it
python tests/benchmarks/large_feed.py OUT check  check it whole
"""

import random
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

TRIPS, STOPS, LONG = 250_000, 36_000, 24


def write(path):
    """36,000 stops, 250,000 trips of 24 stops each; unpacked bytes of its stop times."""
    from timetable_feed import tables

    chance, files = random.Random(1), tables()
    stops = [f"{8_600_000 + 7 * number:09d}" for number in range(STOPS)]
    places = ((55 + 2 * chance.random(), 9 + 3 * chance.random()) for _ in stops)
    rows = (
        f"{stop},Vej {n},{lat:.6f},{lon:.6f}\n" for n, (stop, (lat, lon)) in enumerate(zip(stops, places, strict=True))
    )
    files["stops.txt"] = "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(rows)
    files["trips.txt"] = "route_id,service_id,trip_id\n" + "".join(f"A,week,{10**8 + trip}\n" for trip in range(TRIPS))
    times = files.pop("stop_times.txt").split("\n")[0]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        with archive.open("stop_times.txt", "w", force_zip64=True) as out:
            out.write(f"{times},pickup_type,drop_off_type,stop_headsign\n".encode())
            for trip in range(TRIPS):
                begin, first = chance.randrange(18_000, 90_000), chance.randrange(STOPS - LONG)
                out.write("".join(row(trip, begin, stops[first + n], n) for n in range(LONG)).encode())
        return archive.getinfo("stop_times.txt").file_size


def row(trip, begin, stop, number):
    """One stop of a trip, a minute after the one before."""
    at = begin + 60 * number
    clock = f"{at // 3600:02d}:{at // 60 % 60:02d}:00"
    return f"{10**8 + trip},{clock},{clock},{stop},{number},0,0,Hovedbanen\n"


def check(path):
    """As a fetch does."""
    from geodata.catalogue import read_card
    from geodata.sources.gtfs.timetable import check_timetable

    print(check_timetable(Path(path), read_card("rejseplanen_gtfs")))


if __name__ == "__main__":
    check(sys.argv[1]) if "check" in sys.argv else write(sys.argv[1])
