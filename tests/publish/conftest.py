"""What the tests of publishing may ask for."""

import pytest
from shown_town import town_study

from app.publish.collections import Publication


@pytest.fixture(scope="session")
def publication():
    """The small region, published."""
    return Publication(town_study())
