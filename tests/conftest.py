"""What every test may ask for: the real data, and skips that are seen."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _skip(reason: str) -> None:
    """Skip visibly, or fail where skipping is forbidden (`LAEGEVALG_NO_SKIP=1`, as in CI)."""
    if os.environ.get("LAEGEVALG_NO_SKIP") == "1":
        pytest.fail(f"skipping is forbidden here, and this would skip: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of real data, laid out as in docs/how-to/real-data.md."""
    folder = Path(os.environ.get("LAEGEVALG_REALDATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        _skip(f"no real data at {folder}; set LAEGEVALG_REALDATA")
    return folder
