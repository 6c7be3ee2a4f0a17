"""How long a scenario takes: computed alone, asked by twenty clients at once, and the value of 5,000 places.

CPU time beside the clock, since machines are shared. Nothing is asserted on time; figures go to standard output.
"""

import asyncio
import socket
import threading
import time

import httpx
import numpy as np
import pytest
import uvicorn

from app.main import create_app
from app.settings import Settings
from app.siting.scenario import Close, Open, make_scenario
from geodata import crs

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ROUNDS, CLIENTS, EACH, PLACES = 40, 20, 6, 5000


def random_points(study, count, seed):
    """Points in inhabited cells, more where more people live."""
    cells = study.facts.cells
    share = cells["residents"] / cells["residents"].sum()
    chosen = np.random.default_rng(seed).choice(len(cells), count, p=share)
    lon, lat = crs.from_inside(cells["x"].to_numpy()[chosen], cells["y"].to_numpy()[chosen])
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def random_closings(study, count, seed):
    numbers = study.facts.practices.query("intake == 'open'")["ydernummer"].to_numpy()
    return [Close(str(number)) for number in np.random.default_rng(seed).choice(numbers, count)]


def timed(call, questions):
    """Milliseconds of CPU and by the clock, for each question."""
    found = []
    for question in questions:
        cpu, clock = time.process_time(), time.perf_counter()
        call(question)
        found.append((1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - clock)))
    return np.array(found)


def tell(what, ms):
    cpu, clock = np.median(ms, axis=0)
    print(f"{what}: median {cpu:.1f} ms of CPU, {clock:.1f} ms by the clock; p95 {np.percentile(ms[:, 1], 95):.1f} ms")


def test_compute(sample_study):
    """One opening or closing with all metrics and area figures."""
    begin = time.process_time()
    assert sample_study.baseline
    print(f"\nholding the study ready: {time.process_time() - begin:.1f} s of CPU, once")
    openings = [Open(*point) for point in random_points(sample_study, ROUNDS, 1)]
    for what, changes in (("closing", random_closings(sample_study, ROUNDS, 1)), ("opening", openings)):
        tell(what, timed(sample_study.what_if, [make_scenario([change]) for change in changes]))


def test_value_map(sample_study):
    """Residents lifted by a practice at each of many places."""
    points = random_points(sample_study, PLACES, 2)
    ms = timed(sample_study.value_map, [points])
    print(f"\nvalue of {PLACES} places: {ms[0, 0] / 1e3:.1f} s of CPU, {ms[0, 1] / 1e3:.1f} s by the clock")


def test_twenty_clients_at_once(sample_study, sample_store):
    """Scenarios all different: each client asks again as soon as it has an answer, or once a second."""
    url, stop = serve(sample_study, sample_store)
    try:
        for pause in (0.0, 1.0):
            waited = asyncio.run(load(url, sample_study, pause))
            half, p95 = np.percentile(waited, [50, 95])
            print(f"\n{CLIENTS} clients, {pause:g} s between: median {half:.0f} ms, p95 {p95:.0f} ms")
    finally:
        stop()


def serve(study, store):
    """The service on a free port, warm."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Settings(store=store, region="sample"), study)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    while not server.started:
        time.sleep(0.2)
    httpx.post(f"{url}/api/what-if", json={"changes": []}, timeout=120).raise_for_status()
    time.sleep(60)

    def stop():
        server.should_exit = True
        thread.join()

    return url, stop


async def load(url, study, pause):
    """Milliseconds until each answer."""
    async with httpx.AsyncClient(timeout=60) as http:

        async def client(seed):
            waited = []
            await asyncio.sleep(pause * seed / CLIENTS)
            for change in random_closings(study, EACH, seed):
                begin = time.perf_counter()
                body = make_scenario([change]).document()
                (await http.post(f"{url}/api/what-if", json=body)).raise_for_status()
                waited.append(1e3 * (time.perf_counter() - begin))
                await asyncio.sleep(pause)
            return waited

        return np.concatenate(await asyncio.gather(*(client(seed) for seed in range(CLIENTS))))
