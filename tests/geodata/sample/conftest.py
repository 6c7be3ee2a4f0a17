import pytest

from geodata.catalogue import read_region
from geodata.sample import build_sample
from geodata.sample.outlines import read_outlines
from geodata.sample.terrain import make_terrain


@pytest.fixture(scope="session")
def outlines():
    return read_outlines()


@pytest.fixture(scope="session")
def terrain(outlines):
    return make_terrain(outlines)


@pytest.fixture(scope="session")
def sample():
    """The whole sample, generated once for all tests."""
    return build_sample(read_region("sample"))
