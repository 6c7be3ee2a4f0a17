"""Run by a Python that has osrm-bindings: prepare an extract and time a table; prints JSON.

Usage: osrm_table.py extract.osm.pbf folder coordinates.json sources [parts of the car to take out: osrm_car.lua]
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from time import process_time

import osrm

OWN_CAR = Path(__file__).with_name("osrm_car.lua")


def prepare(extract, folder, without):
    """CPU seconds of OSRM's own preparation for cars, by contraction hierarchies."""
    home = Path(osrm.__file__).parent
    here = shutil.copy(extract, folder)
    graph = str(here).removesuffix(".osm.pbf") + ".osrm"
    profiles = home / "share" / "profiles"
    environment = {**os.environ, "LUA_PATH": f"{profiles}/?.lua;;", "LAEGEVALG_OSRM": without}
    car = OWN_CAR if without else profiles / "car.lua"
    for command in (["osrm-extract", "-p", car, here], ["osrm-contract", graph]):
        subprocess.run([home / "bin" / command[0], *command[1:]], env=environment, check=True, stdout=sys.stderr)
    spent = os.times()
    return graph, spent.children_user + spent.children_system


def main(extract, folder, coordinates, sources, without=""):
    graph, seconds = prepare(extract, folder, without)
    engine = osrm.OSRM(algorithm="CH", storage_config=graph, use_shared_memory=False, max_locations_distance_table=-1)
    places = [tuple(place) for place in json.loads(Path(coordinates).read_text())]
    count = int(sources)
    question = osrm.TableParameters(
        coordinates=places,
        destinations=list(range(count)),
        sources=list(range(count, len(places))),
    )
    table = engine.Table(question)
    durations = [list(row) for row in table["durations"]]
    moved = [place["distance"] for place in [*table["destinations"], *table["sources"]]]
    begin = process_time()
    for _ in range(3):
        engine.Table(question)
    spent = (process_time() - begin) / 3
    print(json.dumps({"prepared": seconds, "table": spent, "durations": durations, "moved": moved}))


if __name__ == "__main__":
    main(*sys.argv[1:])
