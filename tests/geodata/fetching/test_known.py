"""What is built, from which files, whose and how old; the same files give the same bytes."""

import json
import os
from datetime import date

from timetable_feed import BEGIN, END

from app.commands.status import layer
from geodata.build import Request, build_region, is_current
from geodata.fetching.raw import note_path, read_note, write_note
from geodata.sources.files import source_files
from geodata.store import read_manifest

REGION = "hovedstaden"


def content(root):
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_two_builds_from_the_same_files_are_the_same_to_the_last_byte(raw, tmp_path):
    for name in ("one", "two"):
        build_region(tmp_path / name, Request(REGION, raw))
    one, two = content(tmp_path / "one"), content(tmp_path / "two")
    assert one.keys() == two.keys()
    assert [] == [path for path in one if one[path] != two[path]]


def test_the_same_bytes_fetched_at_another_time_give_the_same_build(raw, tmp_path):
    first = build_region(tmp_path / "store", Request(REGION, raw)).build
    path = raw / "population/statbank/folk1a.csv"
    note = json.loads(note_path(path).read_text())
    note_path(path).write_text(json.dumps({**note, "fetched": "2026-01-01T00:00:00+00:00"}))
    assert is_current(tmp_path / "store", Request(REGION, raw)), "a note is no content"
    assert first == build_region(tmp_path / "store", Request(REGION, raw)).build
    rows = {row["path"]: row for row in read_manifest(tmp_path / "store", REGION)["sources"]}
    assert "2026-01-01T00:00:00+00:00" == rows["population/statbank/folk1a.csv"]["fetched"]


def test_another_figure_gives_another_build(raw, tmp_path):
    first = build_region(tmp_path / "store", Request(REGION, raw)).build
    path = raw / "population/statbank/folk1a.csv"
    lines = path.read_text(encoding="utf-8").replace(";IALT;TOT;2026K1;900", ";IALT;TOT;2026K1;901", 1)
    path.write_text(lines.replace(";10;TOT;2026K1;200", ";10;TOT;2026K1;201", 1), encoding="utf-8")
    assert not is_current(tmp_path / "store", Request(REGION, raw))
    assert first != build_region(tmp_path / "store", Request(REGION, raw)).build


def test_the_manifest_names_every_file_with_its_hash(raw, tmp_path):
    build_region(tmp_path / "store", Request(REGION, raw))
    rows = read_manifest(tmp_path / "store", REGION)["sources"]
    assert [file.row() for file in source_files(raw)] == rows
    for row in rows:
        note = read_note(raw / row["path"])
        assert (note.source, note.sha256, note.fetched) == (row["source"], row["sha256"], row["fetched"])


def test_status_tells_whose_how_old_when_fetched_and_what_waits(laegevalg, denmark, publisher, raw):
    assert 0 == laegevalg("build", "--region", REGION)[0]
    told = json.loads(laegevalg("status", "--region", REGION, "--json")[1])
    layers = {(row["layer"], row["source"]): row for row in told["layers"]}
    outlines, invented = layers["areas", "gisco_lau"], layers["practices", "invented_practices"]
    assert ("Eurostat GISCO", 36, False) == tuple(outlines[name] for name in ("publisher", "max_age_months", "stale"))
    assert date.today().isoformat()[:7] == outlines["fetched"][:7]
    assert ("approximate", "synthetic", None) == (outlines["standing"], invented["standing"], invented["fetched"])
    assert [] == told["not_built"]
    stops = layers["stops", "rejseplanen_gtfs"]
    assert ("Rejseplanen", BEGIN.isoformat(), 3, 3) == tuple(
        stops[name] for name in ("publisher", "data_date", "max_age_months", "rows_kept")
    )
    assert stops["note"].endswith(f"from {BEGIN} to {END}")
    publisher.says("/wfs", denmark.wfs().replace(b"Valby", b"Valby "))
    laegevalg("fetch", "--region", REGION, "--only", "districts")
    told = json.loads(laegevalg("status", "--region", REGION, "--json")[1])
    assert ["boundaries/bydele_koebenhavn.geojson"] == [file["path"] for file in told["not_built"]]
    shown = laegevalg("status", "--region", REGION)[1]
    assert "Hentet, men ikke taget i brug endnu: boundaries/bydele_koebenhavn.geojson" in shown


def test_what_is_too_old_ends_with_exit_code_1(laegevalg, raw):
    path = raw / "population/statbank/folk1a.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026K1", "2020K1"), encoding="utf-8")
    laegevalg("build", "--region", REGION)
    code, out, _ = laegevalg("status", "--region", REGION, "--json")
    rows = {row["source"]: row for row in json.loads(out)["layers"]}
    assert (1, True, False) == (code, rows["dst_folk1a"]["stale"], rows["gisco_lau"]["stale"])
    assert "for gammel" in laegevalg("status", "--region", REGION)[1]


def test_a_fetch_from_the_future_is_seen():
    row = {"layer": "areas", "source": "gisco_lau", "as_of": "2024-12-31", "standing": "real"}
    row |= {"rows_in": 1, "rows_kept": 1, "note": None}
    files = [{"source": "gisco_lau", "fetched": "2030-01-01T00:00:00+00:00"}]
    assert layer(row, date(2026, 11, 22), files)["from_the_future"]
    assert not layer(row, date(2029, 12, 31), files)["from_the_future"]


def test_a_build_with_nothing_new_is_left_out(laegevalg, raw, tmp_path):
    assert 0 == laegevalg("build", "--region", REGION)[0]
    (folder,) = (tmp_path / "store" / REGION / "builds").iterdir()
    os.utime(folder / "manifest.json", (1, 1))
    assert 0 == laegevalg("build", "--region", REGION, "--if-needed")[0]
    assert 1 == (folder / "manifest.json").stat().st_mtime


def test_a_note_of_other_bytes_is_none(raw):
    path = raw / "population/statbank/folk1a.csv"
    note = read_note(path)
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert read_note(path) is None
    write_note(path, note)
    assert read_note(path) is None
    note_path(path).write_text("{", encoding="utf-8")
    assert read_note(path) is None


def test_a_large_file_is_not_hashed_again_while_size_and_time_hold(raw):
    """Bytes changed behind the back of the clock go unseen; any other change is seen."""
    path = raw / "population/statbank/folk1a.csv"
    before, stamp = read_note(path), path.stat()
    path.write_bytes(path.read_bytes().replace(b"900", b"901"))
    assert read_note(path) is None
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert before == read_note(path)
