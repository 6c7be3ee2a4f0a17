"""Addresses compared and found: Danish spelling, exact matches, and near ones that are listed and never taken."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from publisher import Publisher, Said, serve

from geodata.catalogue import read_card, read_region
from geodata.fetching import Keys
from geodata.geocoding import Gazetteer, address_of, plain_address
from geodata.sources.adressevaelger import address_service
from geodata.sources.osm_places import read_bornholm
from geodata.sources.upload.locating import Whereabouts
from geodata.sources.upload.wording import WrongValueError

ROWS = [
    ("Torvet 1, 2000 Vestby", 701000.0, 6171000.0),
    ("Torvet 3, 2000 Vestby", 701020.0, 6171000.0),
    ("Torvet 12B, 2000 Vestby", 701100.0, 6171000.0),
    ("Torvet 1, 3000 Østby", 711000.0, 6171000.0),
    ("Sankt Annæ Allé 4, 2000 Vestby", 702000.0, 6171000.0),
    ("10. Juli Vej 5, 3000 Østby", 712000.0, 6171000.0),
    ("Åvej 2, Øster Hurup, 3000 Østby", 713000.0, 6171000.0),
]


def gazetteer(rows=ROWS, source="dar_graphql", **more):
    return Gazetteer([pd.DataFrame(rows, columns=["address", "x", "y"]).assign(source=source)], **more)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("torvet 1, vestby", "Torvet 1, 2000 Vestby"),
        ("TORVET 1 2000 VESTBY", "Torvet 1, 2000 Vestby"),
        ("Torvet 1, 2. tv., DK-2000 Vestby", "Torvet 1, 2000 Vestby"),
        ("Torvet 1, st. th, 2000 Vestby, Danmark", "Torvet 1, 2000 Vestby"),
        ("Torvet 1, 3000", "Torvet 1, 3000 Østby"),
        ("Torvet 12 b, 1. sal, 2000 Vestby", "Torvet 12B, 2000 Vestby"),
        ("Torvet 12B 3. th 2000 Vestby", "Torvet 12B, 2000 Vestby"),
        ("Skt. Annæ Alle 4, 2000 Vestby", "Sankt Annæ Allé 4, 2000 Vestby"),
        ("sct annae alle 4, 2000 vestby", "Sankt Annæ Allé 4, 2000 Vestby"),
        ("10. juli vej 5, 3000 Oestby", "10. Juli Vej 5, 3000 Østby"),
        ("Aavej 2, 3000 Østby", "Åvej 2, Øster Hurup, 3000 Østby"),
        ("Torvet 1 (sundhedshuset), 2000 Vestby", "Torvet 1, 2000 Vestby"),
    ],
)
def test_one_address_in_many_spellings_is_one(text, label):
    assert label == gazetteer().find(text).found.label


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Torvet 1", {"Torvet 1, 2000 Vestby", "Torvet 1, 3000 Østby"}),
        ("Torvet 1, 4000 Sydby", {"Torvet 1, 2000 Vestby", "Torvet 1, 3000 Østby"}),
        ("Torvet 2, 2000 Vestby", {"Torvet 1, 2000 Vestby", "Torvet 3, 2000 Vestby"}),
        ("Torvet 12, 2000 Vestby", {"Torvet 12B, 2000 Vestby"}),
        ("Torvvet 1, 2000 Vestby", {"Torvet 1, 2000 Vestby"}),
        ("Torvet 99, 2000 Vestby", set()),
        ("Torvet 1-3, 2000 Vestby", set()),
        ("Torvet, 2000 Vestby", set()),
        ("", set()),
    ],
)
def test_what_is_not_the_same_is_not_found_but_listed(text, near):
    found = gazetteer().find(text)
    assert (None, near) == (found.found, {candidate.label for candidate in found.candidates})


def test_an_address_in_two_places_is_ambiguous_and_both_are_listed():
    twice = [*ROWS, ("Torvet 1, 2000 Vestby", 705000.0, 6171000.0)]
    found = gazetteer(twice).find("Torvet 1, 2000 Vestby")
    assert ("ambiguous", [701000.0, 705000.0]) == (found.state, [candidate.x for candidate in found.candidates])
    beside = [*ROWS, ("Torvet 1, 2000 Vestby", 701050.0, 6171000.0)]
    assert "found" == gazetteer(beside).find("Torvet 1, 2000 Vestby").state


def test_the_first_source_that_has_an_address_gives_its_place():
    frames = [
        pd.DataFrame(rows, columns=["address", "x", "y"]).assign(source=source)
        for source, rows in (("dar", ROWS[:1]), ("osm", [("Torvet 1, 2000 Vestby", 709000.0, 6171000.0)]))
    ]
    assert ("dar", 701000.0) == (
        (found := Gazetteer(frames).find("Torvet 1, 2000 Vestby").found).source,
        found.x,
    )


@given(
    street=st.sampled_from(["Ågade", "Øster Allé", "Sankt Pauls Vej", "H.C. Ørsteds Vej", "Æblestien"]),
    number=st.integers(1, 399),
    letter=st.sampled_from(["", "A", "b", "F"]),
    postcode=st.integers(1000, 9990),
    floor=st.sampled_from(["", ", 1. tv", ", st. th.", ", 2. sal", ", kl.", " 3. mf"]),
    shout=st.booleans(),
    space=st.booleans(),
)
def test_spelling_does_not_change_an_address(street, number, letter, postcode, floor, shout, space):
    plain = f"{street} {number}{letter}, {postcode} Nordby"
    written = f"{street} {number}{' ' * space if letter else ''}{letter}{floor}, {postcode} Nordby"
    written = written.upper() if shout else written
    assert plain_address(plain) == plain_address(written)
    found = address_of(written)
    assert (number, letter.casefold(), str(postcode), "nordby") == (
        found.number,
        found.letter,
        found.postcode,
        found.town,
    )


@given(st.text(max_size=60))
def test_no_text_is_found_that_is_not_an_address_here(text):
    found = gazetteer().find(text).found
    assert found is None or plain_address(found.label).split(",")[0] == plain_address(text).split(",")[0]


@pytest.mark.realdata
def test_every_address_of_bornholm_is_found_where_it_stands_or_is_ambiguous(realdata):
    houses = read_bornholm(realdata, read_region("hovedstaden")).frame
    houses = houses[houses["kind"] == "address"].rename(columns={"label": "address"})
    known = gazetteer_of(houses)
    some = houses.iloc[:: len(houses) // 500]
    looked = [(row, known.find(row.address.upper())) for row in some.itertuples()]
    found = [(row, at.found) for row, at in looked if at.found]
    readable = [row for row in some.itertuples() if address_of(row.address)]
    assert len(found) > 0.9 * len(readable) > 0
    far = [row.address for row, at in found if max(abs(row.x - at.x), abs(row.y - at.y)) > 100]
    assert [] == far
    assert {"found", "ambiguous"} >= {at.state for row, at in looked if address_of(row.address)}


def gazetteer_of(frame):
    return Gazetteer([frame[["address", "x", "y"]].assign(source="osm_bornholm")])


ONE, OTHER = "0a3f507a-0001", "0a3f507a-0002"


def house(label, x, y):
    place = {"geometri": {"type": "Point", "coordinates": [x, y]}}
    return json.dumps(
        {"status": "ok", "husnummer": {"adgangsadressebetegnelse": label, "adgangspunkt": place}}
    ).encode()


def listed(*rows):
    fund = [{"type": kind, "id": name, "titel": title} for kind, name, title in rows]
    return json.dumps({"status": "ok", "beskrivelse": "", "fund": fund}).encode()


@pytest.fixture
def service(monkeypatch):
    """The address service, answering in its own format; `ask(text)` looks an address up with it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    publisher = Publisher()
    serve(publisher)
    street = ("vejnavn", "v", "Nygade")
    publisher.says("/husnumre/soeg", listed(street, ("husnummer", ONE, "Nygade 7, 4000 Nyby")))
    publisher.says(f"/husnumre/{ONE}", house("Nygade 7, 4000 Nyby", 690000.0, 6170000.0))
    publisher.says(f"/husnumre/{OTHER}", house("Nygade 7, 4100 Gammelby", 680000.0, 6170000.0))
    publisher.settings = {"adressevaelger": {"url": publisher.url(), "pause_seconds": "0", "most": "3"}}
    yield publisher
    publisher.shutdown()
    publisher.server_close()


def looked_up(service, *texts, keys=None, on=True):
    with address_service(Keys(keys), service.settings, on=on) as online:
        known = gazetteer(online=online)
        return [known.find(text) for text in texts]


def test_an_address_that_is_not_known_here_is_asked_of_the_service(service):
    (found,) = looked_up(service, "Nygade 7, 1. tv, 4000 Nyby")
    assert ("Nygade 7, 4000 Nyby", 690000.0, 6170000.0, "adressevaelger") == (
        found.found.label,
        found.found.x,
        found.found.y,
        found.found.source,
    )
    assert ["Nygade 7, 1. tv, 4000 Nyby"] == service.asked[0].query["tekst"]
    assert ["adressevaelger123"] == service.asked[0].query["token"]


def test_it_is_asked_nothing_when_it_is_not_switched_on_or_the_address_is_known(service):
    assert "unknown" == looked_up(service, "Nygade 7, 4000 Nyby", on=False)[0].state
    assert "found" == looked_up(service, "Torvet 1, 2000 Vestby")[0].state
    assert [] == service.asked


def test_a_key_takes_the_place_of_the_shared_token(service):
    looked_up(service, "Nygade 7, 4000 Nyby", keys={"LAEGEVALG_KEY_ADRESSEVAELGER": "mine"})
    assert {"mine"} == {asked.query["token"][0] for asked in service.asked}


def test_the_service_guesses_and_we_do_not(service):
    """It lists what it holds for the best; only the same house in the same place is taken."""
    service.says("/husnumre/soeg", listed(("husnummer", OTHER, "Nygade 7, 4100 Gammelby")))
    (found,) = looked_up(service, "Nygade 7, 4000 Nyby")
    assert ("unknown", ["Nygade 7, 4100 Gammelby"]) == (found.state, [one.label for one in found.candidates])


def test_the_same_address_is_asked_once_and_only_so_many_are_asked(service):
    texts = ["Nygade 7, 4000 Nyby", "NYGADE 7, st., 4000 Nyby", *(f"Nygade {n}, 4000 Nyby" for n in range(20, 30))]
    looked_up(service, *texts)
    assert 3 == len([asked for asked in service.asked if asked.path == "/husnumre/soeg"])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/husnumre/soeg", Said(status=410)),
        ("/husnumre/soeg", Said(b"<html><title>Drift</title></html>")),
        ("/husnumre/soeg", Said(b'{"status": "fejl", "beskrivelse": "ukendt token"}')),
        ("/husnumre/soeg", Said(b"[1, 2]")),
        ("/husnumre/soeg", Said(b'{"fund": [')),
        (f"/husnumre/{ONE}", Said(house("Nygade 7, 4000 Nyby", 12.5, 55.7))),
        (f"/husnumre/{ONE}", Said(b'{"husnummer": {"adgangsadressebetegnelse": "Nygade 7, 4000 Nyby"}}')),
        (f"/husnumre/{ONE}", Said(b'{"adresse": {}}')),
    ],
)
def test_a_service_that_fails_is_left_alone_and_the_rows_stay_unplaced(service, caplog, path, said):
    service.says(path, said)
    found = looked_up(service, "Nygade 7, 4000 Nyby", "Nygade 9, 4000 Nyby")
    assert ["unknown", "unknown"] == [one.state for one in found]
    assert 1 == len([asked for asked in service.asked if asked.path == "/husnumre/soeg"])
    assert "adressevaelger: found" in caplog.text
    assert "not asked again" in caplog.text


def test_points_come_in_three_shapes(service):
    for place in (
        {"koordinater": {"x": 690000, "y": 6170000}},
        {"geometri": {"wkt": "POINT (690000 6170000)"}},
        {"geometri": {"coordinates": [690000.0, 6170000.0]}},
    ):
        body = {"husnummer": {"adgangsadressebetegnelse": "Nygade 7, 4000 Nyby", "adgangspunkt": place}}
        service.says(f"/husnumre/{ONE}", json.dumps(body).encode())
        assert 690000.0 == looked_up(service, "Nygade 7, 4000 Nyby")[0].found.x


def test_a_list_says_that_the_service_placed_a_row(service):
    with address_service(Keys(), service.settings, on=True) as online:
        places = replace(Whereabouts(day=date(2026, 11, 22)), gazetteer=gazetteer(online=online))
        assert "service" == places.practice("Nygade 7, 4000 Nyby", "012345", "").by
        assert "address" == places.practice("Torvet 1, 2000 Vestby", "012345", "").by
        with pytest.raises(WrongValueError) as wrong:
            places.practice("Nygade 8, 4000 Nyby", "012345", "")
    assert ("near", "Nygade 7, 4000 Nyby") == (wrong.value.case, wrong.value.candidates[0].label)


def test_the_card_says_what_nobody_has_verified():
    card = read_card("adressevaelger")
    assert {"detail", "kind"} == set(card.endpoint.unverified)
    assert "" == card.file, "its answers are kept nowhere"
