"""What is published of whole regions: the sample with its 77,000 cells, and Region Hovedstaden on real ground."""

import numpy as np
import pytest

from app.access.findings import AREA_FINDINGS
from app.publish.collections import ADDITIVE, CHOICE_PARTS, Publication, area_sums
from app.publish.maps import estimated_codes
from app.publish.suppress import bounded, determined
from geodata.facts import AGE_COLUMNS


@pytest.fixture(scope="module")
def sample(sample_study):
    return Publication(sample_study)


@pytest.fixture(scope="module")
def real(real_study):
    return Publication(real_study)


def hidden_mask(publication):
    frame = publication.areas.frame
    hidden = (frame["suppressed"] + " " + frame["withheld"]).str.split()
    return np.array([[name in names for name in ADDITIVE] for names in hidden])


def assert_nothing_leaks(publication):
    """No hidden count of an area follows from what is shown, by sums or by bounds."""
    findings = publication.study.findings.areas
    counts = findings[list(ADDITIVE)].to_numpy(dtype=float, na_value=np.nan)
    mask, sums = hidden_mask(publication), area_sums(findings, publication.study.facts.region)
    small = mask & (counts < publication.smallest)
    assert not ((counts > 0) & (counts < publication.smallest) & ~mask).any()
    assert set() == determined(mask, sums)
    assert set() == bounded(counts, small, mask, sums, publication.smallest)


def test_nothing_leaks_in_the_sample(sample):
    assert_nothing_leaks(sample)


@pytest.mark.realdata
def test_nothing_leaks_on_real_ground(real):
    assert_nothing_leaks(real)


def test_every_shown_figure_is_the_study_s(sample):
    """What is not hidden is unchanged: the published tables add nothing and round nothing."""
    shown = sample.areas.frame.set_index(["kind", "code"])
    true = sample.study.findings.areas.set_index(["kind", "code"]).loc[shown.index]
    for column in AREA_FINDINGS.columns:
        if column.name in shown.columns and column.count:
            seen = shown[column.name].notna()
            assert (shown.loc[seen, column.name] == true.loc[seen, column.name]).all(), column.name


def test_cells_show_no_small_count(sample):
    """Of 77,000 cells none shows one to four residents, in all or of an age; no age follows from the others."""
    frame = sample.cells.frame
    for name in ("residents", *AGE_COLUMNS):
        counts = frame[name].dropna()
        assert not ((counts > 0) & (counts < sample.smallest)).any(), name
    ages, total = frame[list(AGE_COLUMNS)], frame["residents"]
    one_missing = ages.isna().sum(axis=1).eq(1) & total.notna()
    assert not one_missing.any()


def test_the_classes_add_up_to_the_region(sample):
    """None, one, two to four and five or more are all residents of the region."""
    row = sample.study.areas("region").iloc[0]
    assert row["residents"] == sum(row[name] for name in CHOICE_PARTS) == sample.study.facts.cells["residents"].sum()


@pytest.mark.realdata
def test_real_ground_says_what_is_invented_and_estimated(real):
    """Invented practices are named in the banner, the publishers credited, and estimated municipalities hatched."""
    provenance = real.provenance
    assert "Opdigtede praksis" == provenance.banner("da").strong
    credits = " ".join(provenance.credits("da"))
    for owner in ("Klimadatastyrelsen", "Eurostat", "Danmarks Statistik", "OpenStreetMap"):
        assert owner in credits
    hatched = estimated_codes(real)
    assert "0217" in hatched, "no street network covers Helsingør"
    assert "0400" not in hatched, "Bornholm's streets are known"
