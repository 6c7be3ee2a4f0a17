"""Who loses without a site, by municipality and age: small counts hidden, and no site hanging on another."""

import numpy as np

from app.publish.site_gains import FIRST_AREA, OLD, TOTAL, YOUNGER, site_gains


def test_counts_add_up_and_small_ones_are_hidden_with_a_partner(publication):
    """Total = ages = municipalities; a municipality of three residents is hidden, and another with it."""
    cells = publication.study.facts.cells
    residents = cells["residents"].to_numpy()
    gains = site_gains(publication, [np.arange(len(cells)), np.flatnonzero(residents == 3)])
    assert residents.sum() == gains.counts[0, TOTAL]
    np.testing.assert_array_equal(gains.counts[:, TOTAL], gains.counts[:, [OLD, YOUNGER]].sum(axis=1))
    np.testing.assert_array_equal(gains.counts[:, TOTAL], gains.counts[:, FIRST_AREA:].sum(axis=1))
    assert gains.shown(1, TOTAL) is None
    assert "færre end 5 borgere" == gains.people(1, TOTAL, publication.smallest, "da")
    assert [] == gains.areas(1)


def test_a_site_is_told_the_same_alone_and_among_others(publication):
    """Nothing adds up over sites, so what is hidden of one does not depend on the rest."""
    sets = [np.arange(5), np.arange(4, 9), np.array([5])]
    together = site_gains(publication, sets)
    for i, cells in enumerate(sets):
        alone = site_gains(publication, [cells])
        assert alone.areas(0) == together.areas(i)
        assert [alone.shown(0, c) for c in (TOTAL, OLD)] == [together.shown(i, c) for c in (TOTAL, OLD)]
