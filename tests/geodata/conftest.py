"""Everything that the publishers of an invented region say, fetched once for all tests of fetching and reading."""

import shutil

import pytest
from denmark import Denmark
from publisher import Publisher, serve

from geodata.build import Request, build_region
from geodata.fetching import Fetcher
from geodata.gather import gather


@pytest.fixture(scope="session")
def fetched_once(tmp_path_factory):
    """A folder of good files, outlines without a key."""
    server, folder = Publisher(), tmp_path_factory.mktemp("fetched")
    serve(server)
    country = Denmark(server).opens(folder)
    with Fetcher(folder / "raw", settings=country.settings) as fetcher:
        list(gather(fetcher, country.region))
        list(gather(fetcher, country.region, ["parishes"]))
    server.shutdown()
    server.server_close()
    return fetcher.raw


@pytest.fixture(scope="session")
def built_once(fetched_once, tmp_path_factory):
    """A store built from the good files."""
    root = tmp_path_factory.mktemp("built")
    build_region(root, Request("hovedstaden", fetched_once))
    return root


@pytest.fixture
def raw(fetched_once, tmp_path):
    """Good files of one's own."""
    return shutil.copytree(fetched_once, tmp_path / "raw" / "hovedstaden")
