"""What panel, popup and search say: whole sentences in both languages that tell no hidden count."""

import re
import string
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from app.language import LANGS
from app.publish.copy import catalogue, text
from app.publish.distance_limit import limit_note
from app.publish.labels import labels
from app.publish.panel import BYS, Writer
from app.publish.place import place_answer, popup
from app.publish.practice_symbols import practice_symbols
from app.publish.search import search
from app.publish.sentences import safe_reasons
from geodata.crs import WGS84, from_inside

S = "\u00a0"


def slots(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("key", list(catalogue()))
def test_every_text_has_both_languages_and_the_same_slots(key):
    """Nothing is said in one language only."""
    both = catalogue()[key]
    assert both["da"].strip()
    assert both["en"].strip()
    assert slots(both["da"]) == slots(both["en"])


def test_no_text_shouts_or_uses_the_trade_s_words():
    """No exclamation marks; none of the words that are kept out of the pages."""
    for key, both in catalogue().items():
        for words in both.values():
            assert "!" not in words, key
            assert not re.search(r"optimal|\bgap\b|bound\b|MCLP|2SFCA|heatmap|polygon", words, re.IGNORECASE), key


def test_a_missing_slot_is_an_error():
    """A sentence with a hole is never shown."""
    with pytest.raises(KeyError):
        text("cell.title", "da", count="2")


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("da", f"Grænsen er 15{S}km ad vej, men 5{S}km i København."),
        ("en", f"The limit is 15{S}km by road, but 5{S}km in København."),
    ],
)
def test_the_limit_comes_from_the_rule_card(publication, lang, expected):
    """The town's capital is among the four municipalities of the card."""
    assert expected == limit_note(publication.study, lang)


def test_the_region_s_panel_adds_up(publication):
    """The four classes are the region's residents; the headline is those with none or one."""
    panel = Writer(publication, "da").region()
    row = publication.study.areas("region").iloc[0]
    counts = [row[name] for name in ("residents_0", "residents_1", "residents_2_4", "residents_5_plus")]
    assert row["residents"] == sum(counts)
    assert 1.0 == pytest.approx(sum(bar.part for bar in panel.bars), abs=0.01)
    assert "færre end 2 åbne praksis" == panel.headline.strong


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("by", BYS)
def test_every_area_has_a_panel(publication, by, lang):
    """Nine figures, a reason, and no small count in any word of it."""
    writer = Writer(publication, lang)
    for row in writer.table(by):
        panel = writer.area(by, row.code)
        assert 9 == len(panel.figures)
        assert panel.reason


def test_the_table_is_sorted_by_those_affected_then_by_name(publication):
    """Most affected first; equals in Danish order (Helsingør before Hillerød before København)."""
    rows = Writer(publication, "da").table("municipality")
    shown = [0 if row.under == "0" else 1 for row in rows]
    assert sorted(shown, reverse=True) == shown
    unaffected = [row.name for row in rows if row.under == "0"]
    assert sorted(unaffected) == unaffected


def test_a_withheld_count_is_not_told_by_its_sentence():
    """The reason is replaced where it would say a withheld count, and left where it would not."""
    areas = pd.DataFrame(
        {
            "suppressed": ["under_two_80_plus", ""],
            "withheld": ["under_two", "residents_1"],
            "reason_da": ["faldt fra 812 til 3", "Alt er godt"],
            "reason_en": ["fell from 812 to 3", "All is well"],
        }
    )
    safe = safe_reasons(areas)
    assert "812" not in safe.loc[0, "reason_da"] + safe.loc[0, "reason_en"]
    assert "Alt er godt" == safe.loc[1, "reason_da"]


def at(publication, index):
    cells = publication.study.facts.cells
    lon, lat = from_inside(cells["x"][index], cells["y"][index], WGS84)
    return float(lon), float(lat)


def test_a_popup_says_the_choice_in_five_lines(publication):
    """Cell A: the practices on the road within 15 km, the nearest at its door."""
    answer = place_answer(publication, *at(publication, 0), "da")
    popup = answer["popup"]
    count = answer["findings"]["open_within_limit"]
    assert f"{count} åbne praksis inden for 15{S}km" == popup["title"]
    assert popup["lines"][0].startswith(f"Nærmeste åbne: 0,1{S}km ad vej") or popup["lines"][0].startswith(
        "Nærmeste åbne: 0,0"
    )
    assert len(popup["lines"]) <= 4


def test_the_popup_s_minutes_are_those_of_the_practice_it_names(publication):
    """Another practice may be quicker to reach than the nearest: its minutes are not told; nor are unknown ones."""
    choice = publication.study.place(*at(publication, 0))
    row = publication.cell(choice.cell_id).copy()
    row["nearest_open_min_drive"] = 33.0
    own = replace(choice, options=(replace(choice.options[0], minutes=44.0), *choice.options[1:]))
    assert "44" in popup(publication, own, row)["lines"][0]
    assert "33" not in popup(publication, own, row)["lines"][0]
    unknown = replace(choice, options=(replace(choice.options[0], minutes=None),))
    assert "min" not in popup(publication, unknown, row)["lines"][0]


def test_a_popup_tells_no_small_count(publication):
    """The cell of three: neither the answer's numbers nor its words say three."""
    answer = place_answer(publication, *at(publication, 5), "da")
    assert answer["residents"]["residents"] is None
    assert "residents" in answer["residents"]["suppressed"]
    assert "I cellen bor færre end 5 borgere." == answer["popup"]["lines"][-1]


def test_a_popup_in_an_empty_place_says_whose_figures_it_shows(publication):
    """Between the cells nobody lives: the distance to the nearest inhabited cell is told."""
    lon, lat = at(publication, 0)
    answer = place_answer(publication, lon + 0.01, lat, "en")
    assert not answer["cell"]["inhabited"]
    assert answer["popup"]["lines"][-1].startswith("Nobody lives here.")


def test_search_finds_areas_places_and_practices(publication):
    """By name, by part of a name, by ydernummer; the nearest name first; nothing for nothing."""
    assert "Helsingør Kommune" == search(publication, "helsing")[0].name
    assert "/maps/choice?by=city_district&area=2" == search(publication, "Østerbro")[0].link
    assert "Ydernr. 000004" in search(publication, "000004")[0].kind
    assert "Havnby" == search(publication, "havnby")[0].name
    assert [] == search(publication, "   ")
    assert [] == search(publication, "xyzzy")


def test_a_location_is_open_if_any_practice_there_is(publication):
    """Two practices in one house, one open: one symbol, open, with both in its popup, the open one first."""
    symbols = practice_symbols(publication, "da")
    both = next(symbol for symbol in symbols if len(symbol["practices"]) == 2)
    assert "open" == both["intake"]
    assert "Åben for nye patienter" in both["practices"][0]["lines"][0]
    assert "Lukket for nye patienter" in both["practices"][1]["lines"][0]


def test_labels_are_in_order_of_importance(publication):
    """Areas of limited choice before municipalities before places; the largest areas at overview."""
    kinds = [label["kind"] for label in labels(publication, "da")]
    order = {"little": 0, "municipality": 1, "sea": 2, "town": 2, "district": 2, "station": 2}
    ranks = [order[kind] for kind in kinds]
    assert sorted(ranks) == ranks
    assert {"little", "municipality", "sea", "town", "station"} <= set(kinds)


def test_every_text_is_used():
    """No text of the catalogue is left behind when its page changes."""
    rooms = [Path(str(files("app")))]
    source = "".join(
        path.read_text(encoding="utf-8") for room in rooms for path in (*room.rglob("*.py"), *room.rglob("*.html"))
    )
    made = (
        "by.",
        "by_one.",
        "measure.",
        "status.",
        "standing.",
        "network.",
        "rule.",
        "nav.",
        "data.method_",
        "published.",
        "data.limits_",
        "wi.",
        "error.",
        "job.",
        "qgis.",
        "ogc.",
        "xlsx.",
        "unit.",
        "sheet.",
        "view.",
        "q.",
        "development.",
        "upload.candidate_",
    )
    scripts = ("edit.", "change.", "scenario_table.")
    layers = ("layer.choice", "layer.minutes", "layer.residents", "layer.standard", "layer.pressure", "layer.ages")
    left = [key for key in catalogue() if f'"{key}"' not in source and f"'{key}'" not in source]
    assert [] == [key for key in left if not key.startswith((*made, *layers, *scripts))]


def test_areas_of_limited_choice_stand_in_a_table_too(publication):
    """What the map's labels say, the table says: every area, most residents first, with its cause."""
    rows = Writer(publication, "da").little_choice()
    named = [label["text"] for label in labels(publication, "da") if label["kind"] == "little"]
    assert named == [row.name for row in rows]
    assert all(row.cause and row.place for row in rows)


def test_the_planner_s_standards_are_those_of_the_rule_cards(publication):
    """One row for each mode, in the words of its card."""
    rows = Writer(publication, "da").region().standards
    assert [f"3 åbne praksis inden for 20{S}min. (bil)", f"2 åbne praksis inden for 20{S}min. (cykel)"] == [
        row.label for row in rows[:2]
    ]
    assert f"1 åben praksis inden for 20{S}min. (gang)" == rows[2].label
