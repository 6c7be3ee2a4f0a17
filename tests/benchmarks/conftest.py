"""Benchmarks are collected only where the other libraries are installed (the extra `bench`)."""

from importlib.util import find_spec

import pytest
from page import Page

collect_ignore_glob = [] if all(map(find_spec, ("igraph", "pandana", "psutil"))) else ["test_*.py"]


@pytest.fixture
def page():
    """Takes the sections as they are measured."""
    return Page()
