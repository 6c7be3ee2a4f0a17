"""A region is a card."""

from datetime import date

import pytest

from geodata.catalogue import CARDS, card_names, read_card, read_region
from geodata.errors import CardError


def test_hovedstaden_has_29_municipalities_in_four_health_councils():
    region = read_region("hovedstaden")
    assert (29, 4) == (len(region.codes), len(region.health_councils))


def test_oestdanmark_takes_over_on_1_january_2027_with_46_municipalities_in_six_councils():
    region = read_region("oestdanmark")
    assert (46, 6) == (len(region.codes), len(region.health_councils))
    assert [False, True] == [region.in_force(date(2026, 12, 31)), region.in_force(date(2027, 1, 1))]
    assert not read_region("hovedstaden").in_force(date(2027, 1, 1))


def test_the_neighbours_across_the_border_are_named():
    assert {"Greve", "Solrød", "Roskilde", "Lejre"} <= {other.name for other in read_region("hovedstaden").neighbours}


def test_the_sample_is_hovedstaden_with_invented_data():
    sample, real = read_region("sample"), read_region("hovedstaden")
    assert (real.codes, "sample", "files") == (sample.codes, sample.data, real.data)


def test_copenhagen_has_ten_districts_and_bornholm_is_an_island():
    region = read_region("hovedstaden")
    assert 10 == len(region.districts["0101"])
    assert ["Bornholm", ""] == [region.island_of("0400"), region.island_of("0101")]


def test_names_follow_danish_usage():
    region = read_region("hovedstaden")
    assert ("Københavns Kommune", "i") == (
        region.municipality("0101").full_name,
        region.municipality("0101").preposition,
    )
    assert ("Bornholms Regionskommune", "på") == (
        region.municipality("0400").full_name,
        region.municipality("0400").preposition,
    )


def test_a_region_that_does_not_exist_names_those_that_do():
    with pytest.raises(CardError, match="hovedstaden"):
        read_region("atlantis")


def test_a_municipality_without_health_council_is_refused(tmp_path):
    (tmp_path / "half.toml").write_text(
        'name = "H"\nname_da = "H"\ndata = "files"\nstart = 2020-01-01\n'
        '[[health_council]]\ncode = "a"\nname = "A"\nmunicipalities = ["0101"]\n'
        '[[municipality]]\ncode = "0101"\nname = "X"\n[[municipality]]\ncode = "0147"\nname = "Y"\n',
        encoding="utf-8",
    )
    with pytest.raises(CardError, match="0147"):
        read_region("half", tmp_path)


@pytest.mark.parametrize("name", sorted(path.stem for path in (CARDS / "areas").glob("*.toml")))
def test_every_region_card_reads(name):
    assert read_region(name).codes


@pytest.mark.parametrize("name", card_names())
def test_every_source_card_names_publisher_licence_and_credit_in_both_languages(name):
    card = read_card(name)
    assert all([card.publisher, card.licence, card.credit, card.credit_da, card.title, card.title_da])
    assert card.standing in {"real", "estimated", "approximate", "synthetic"}
