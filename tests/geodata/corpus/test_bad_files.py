"""Every bad file is answered with source, row, column, found and expected; none crashes or changes the store."""

import pytest
from bad_files import CASES as FILES
from bad_files import write
from bad_streets import CASES as STREETS

from geodata.build import Request, build_region
from geodata.catalogue import read_region
from geodata.errors import MisfitError
from geodata.sources.choosing import read_layer, source_of

REGION = read_region("hovedstaden")
CASES = [*FILES, *STREETS]
BUILT = {"municipalities", "districts", "census", "residents", "projection", "addresses", "streets", "timetable"}
BUILT |= {"practices_register"}
"""Layers that a build reads."""


def content(root):
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.source}: {case.name}")
def test_a_bad_file_is_answered_and_the_store_stays(case, raw, built_once):
    write(case, raw)
    assert case.source == source_of(raw, case.layer).id
    with pytest.raises(MisfitError) as caught:
        read_layer(raw, case.layer, REGION)
    error = caught.value
    assert (case.source, case.row, case.column) == (error.source, error.breach.row, error.breach.column), str(error)
    assert case.found in error.breach.found
    assert case.expected in error.breach.expected
    assert str(error).startswith(f"{case.source}: ")
    assert str(raw) not in str(error), "a folder of this machine is nobody's business"
    if case.layer in BUILT:
        before = content(built_once)
        with pytest.raises(MisfitError, match=f"^{case.source}: "):
            build_region(built_once, Request("hovedstaden", raw))
        left = {path: stamp for path, stamp in content(built_once).items() if path.name != ".lock"}
        assert {path: stamp for path, stamp in before.items() if path.name != ".lock"} == left


def test_the_good_files_are_good(fetched_once):
    """Else every case would prove nothing."""
    for layer in {case.layer for case in CASES} - {"addresses"}:
        assert read_layer(fetched_once, layer, REGION).rows_kept > 0


def test_cases_have_names_of_their_own():
    names = [(case.source, case.name) for case in CASES]
    assert len(names) == len(set(names))
    assert len(CASES) >= 60
