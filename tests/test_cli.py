"""The command line: one clear line and exit code 2 on bad input, tables for people, JSON for machines."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.cli import listen
from app.siting.candidates import candidates
from app.siting.question import Area
from geodata import crs

SHEET = "Ydernummer;Navn;Adresse;Kommunekode;X;Y;Tilgang;Kapaciteter;Tilmeldte;Opgjort\n"


@pytest.fixture
def laegevalg(sample_store, command):
    """Runs the command on the sample's store; gives exit code, output and error output."""
    return lambda *words, **environment: command(*words, **{"LAEGEVALG_STORE": sample_store, **environment})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("choice", "--by", "moon"), "--by is 'moon'"),
        (("choice", "--mode", "transit"), "--mode is 'transit'"),
        (("export", "out.xyz"), "no exporter writes .xyz"),
        (("map", "sites", "out.html"), "needs --question FILE"),
        (("area-sheet", "9999", "out.pdf"), "9999"),
        (("area-sheet", "0250", "out.docx"), "does not end in .pdf"),
        (("check", "no-such-file.csv"), "cannot be opened"),
        (("status", "--region", "atlantis"), "atlantis"),
        (("status", "--region", "hovedstaden"), "is not built"),
        (("build", "--region", "hovedstaden"), "--from FOLDER"),
        (("build", "--year", "2030"), "--year 2030"),
        (("sites", "--add", "1", "--zone", "moon"), "zones is 'moon'"),
        (("sites", "--add", "1", "--stop", "0"), "above 0"),
        (("sites", "--add", "200", "--area", "Dragør", "--kind", "health_centre"), "possible"),
        (("premises", "--sites", "9"), "between 1 and 5"),
    ],
)
def test_bad_input_ends_with_exit_code_2_and_one_clear_line(laegevalg, words, said, tmp_path):
    code, out, err = laegevalg(*words, LAEGEVALG_STORE=str(tmp_path)) if "built" in said else laegevalg(*words)
    assert 2 == code
    assert "" == out
    assert said in err
    assert 1 == len(err.strip().splitlines())


def test_a_bad_setting_is_named_with_its_variable(laegevalg):
    code, _, err = laegevalg("status", LAEGEVALG_PORT="x")
    assert 2 == code
    assert "LAEGEVALG_PORT is 'x'" in err


def test_status_tells_machines_what_is_built_and_how_old(laegevalg):
    code, out, _ = laegevalg("status", "--json")
    told = json.loads(out)
    assert 0 == code
    assert {"areas", "cells", "practices", "graphs/drive"} <= {layer["layer"] for layer in told["layers"]}
    assert {"synthetic", "approximate"} == {layer["standing"] for layer in told["layers"]}
    assert 6 == len(told["snapping"])


def test_status_lists_what_lies_off_the_streets(laegevalg, tmp_path):
    """As many rows as the report leaves uncovered, each farther from a street than the limit."""
    code, out, err = laegevalg("status", "--json", "--off-network", tmp_path / "off.csv")
    report = json.loads(out)["snapping"]
    head, *rows = (tmp_path / "off.csv").read_text(encoding="utf-8-sig").splitlines()
    assert 0 == code
    assert "off.csv" in err
    assert "Transportform;Steder;Id;Vej til nærmeste vej;Kilde" == head
    assert sum(row["points"] - row["covered"] for row in report) == len(rows) > 0
    assert all(float(row.split(";")[3].replace(",", ".")) > report[0]["limit_m"] for row in rows)


def test_choice_for_machines_holds_every_municipality(laegevalg):
    _, out, _ = laegevalg("choice", "--json")
    told = json.loads(out)
    assert 29 == len(told["rows"])
    assert "opdigtede veje og praksis" in told["data"]["banner"]


def test_choice_for_people_writes_danish_numbers(laegevalg):
    _, out, _ = laegevalg("choice")
    assert "671.714" in out
    assert "1,0\u00a0km" in out


def test_check_names_row_and_column_and_keeps_what_was_refused(laegevalg, tmp_path):
    path = tmp_path / "praksis.csv"
    x, y = (str(round(float(value))) for value in crs.to_inside(14.72, 55.10))
    good = f"000012;Lægehuset;Torvet 1;0400;{x};{y};åben;1;1.500;01-10-2026\n"
    bad = f"000013;Lægerne;Torvet 2;0400;{x};{y};måske;1;-5;01-10-2026\n"
    path.write_text(SHEET + good + bad, encoding="utf-8")
    code, out, _ = laegevalg("check", path)
    assert 1 == code
    assert "2 rækker læst · 1 gode · 1 med fejl" in out
    assert "Række 3, Tilgang" in out
    assert "Række 3, Tilmeldte" in out
    assert "000013" in (tmp_path / "praksis.csv.rejected.csv").read_text(encoding="utf-8-sig")


def test_a_list_without_a_good_row_is_answered_row_by_row_and_builds_nothing(laegevalg, tmp_path):
    path = tmp_path / "praksis.csv"
    path.write_text(SHEET + "12x;Lægerne;Torvet 2;0400;1;2;måske;1;-5;01-10-2026\n", encoding="utf-8")
    code, out, err = laegevalg("build", "--practices", path)
    assert 2 == code
    assert "Række 2, Ydernummer" in out
    assert "no good row" in err
    assert "12x" in (tmp_path / "praksis.csv.rejected.csv").read_text(encoding="utf-8-sig")


def test_an_empty_file_says_what_was_found_and_expected_once(laegevalg, tmp_path):
    path = tmp_path / "tom.csv"
    path.write_bytes(b"")
    code, out, _ = laegevalg("check", path)
    assert 1 == code
    assert 1 == out.count("Filen er tom")
    assert "forventede" in out
    assert "Filen er tom" in (tmp_path / "tom.csv.rejected.csv").read_text(encoding="utf-8-sig")


def test_a_port_in_use_or_out_of_range_is_one_clear_line(laegevalg):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, out, err = laegevalg("serve", "--port", taken.getsockname()[1])
    assert (2, "") == (code, out)
    assert "cannot listen at 127.0.0.1" in err
    code, _, err = laegevalg("serve", "--port", 99999)
    assert 2 == code
    assert "LAEGEVALG_PORT is 99999" in err


def test_answers_are_sent_as_they_are_written():
    """Nothing waits for the other side to acknowledge what went before: on every connection Nagle's wait is off."""

    async def waits():
        asked = asyncio.get_running_loop().create_future()
        listening = listen("127.0.0.1", 0)

        def answer(_, writer):
            held = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
            asked.set_result(held)
            writer.close()

        async with await asyncio.start_server(answer, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname())
            found = await asked
            writer.close()
        return found

    with ThreadPoolExecutor(1) as apart:  # a browser's test before may have left a loop running in this thread
        assert not apart.submit(asyncio.run, waits()).result()


def test_export_by_ending_says_where_it_wrote(laegevalg, tmp_path):
    code, _, err = laegevalg("export", tmp_path / "areas.csv", "--lang", "da")
    assert 0 == code
    assert "areas.csv" in err
    assert "Kommune" in (tmp_path / "areas.csv").read_text(encoding="utf-8-sig")


def test_choice_by_a_profile_names_it_and_keeps_distances(laegevalg):
    """E-bikes are faster than bicycles; what is counted in metres is the same."""
    found = {
        mode: json.loads(laegevalg("choice", "--mode", mode, "--json", "--lang", "en")[1]) for mode in ("bike", "ebike")
    }
    assert {"bike": "ebike"} == found["ebike"]["data"]["profiles"]
    for slow, fast in zip(found["bike"]["rows"], found["ebike"]["rows"], strict=True):
        assert slow["under_two"] == fast["under_two"]
        assert slow["nearest_open_m"] == fast["nearest_open_m"]
    totals = [sum(row["under_standard_bike"] or 0 for row in found[mode]["rows"]) for mode in found]
    assert totals[1] < totals[0]


def test_an_export_by_a_profile_labels_its_minutes(laegevalg, tmp_path):
    code, _, _ = laegevalg("export", tmp_path / "areas.csv", "--profile", "ebike", "--lang", "en")
    assert 0 == code
    assert "(e-bike)" in (tmp_path / "areas.csv").read_text(encoding="utf-8-sig")
    code, _, said = laegevalg("export", tmp_path / "areas.csv", "--profile", "balloon")
    assert 2 == code
    assert "there is no profile 'balloon'" in said


def test_an_area_sheet_is_written_for_a_code(laegevalg, tmp_path):
    out = tmp_path / "bydel.pdf"
    code, _, err = laegevalg("area-sheet", "3", out, "--by", "city_district", "--lang", "en")
    assert 0 == code
    assert str(out) in err
    assert out.read_bytes().startswith(b"%PDF")


def test_premises_are_ranked_weighed_and_written_and_a_list_is_told_from_practices(laegevalg, tmp_path):
    code, out, _ = laegevalg("premises", "--area", "Helsingør", "--weights", "size=decisive", "--json")
    answer = json.loads(out)
    assert (0, 4) == (code, {one["criterion"]: one["step"] for one in answer["weights"]}["size"])
    assert {"0217"} == {card["kommunekode"] for card in answer["premises"]}
    assert "blandt de 3 bedste" in laegevalg("premises", "--area", "0217")[1]
    path = tmp_path / "premises.gpkg"
    assert 0 == laegevalg("premises", "--out", path)[0]
    code, out, _ = laegevalg("check", path)
    assert (0, True) == (code, "Tilføjet 0 · Flyttet 0 · Ændret 0 · Fjernet 0 · Afvist 0" in out)
    for bad in (("--weights", "beauty=1"), ("--area", "Atlantis"), ("--occasion", "party")):
        code, _, err = laegevalg("premises", *bad)
        assert (2, True) == (code, bad[1].split("=")[0] in err)


def test_sites_keep_to_the_zone_the_stop_and_the_reason_asked_for(laegevalg, sample_study):
    """Every site of every placement is central, near a shop, and has a stop within the metres."""
    words = ("--area", "Bornholm", "--zone", "central", "--stop", "200", "--kind", "shop", "--alternatives", "1")
    code, out, _ = laegevalg("sites", "--add", "1", *words, "--json")
    known = candidates(sample_study.facts, sample_study.rules, Area("municipality", "0400")).set_index("candidate_id")
    found = [known.loc[site["candidate"]] for one in json.loads(out)["solutions"] for site in one["sites"]]
    assert 0 == code
    assert found
    assert {"central"} == {one["zone"] for one in found}
    assert all("shop" in one["reasons"].split() and one["stop_m"] <= 200 for one in found)


def test_several_premises_together_are_told_beside_the_ranking(laegevalg):
    """Every trade has three premises, more points and fewer residents than the one before; in a table too."""
    code, out, _ = laegevalg("premises", "--sites", "3", "--json")
    trades = json.loads(out)["frontier"]["trades"]
    assert 0 == code
    assert {3} == {len(trade["premises"]) for trade in trades}
    pairs = [(trade["suitability"], -trade["residents"]) for trade in trades]
    assert sorted(set(pairs)) == pairs
    shown = laegevalg("premises", "--sites", "3")[1]
    assert all(str(trade["suitability"]) in shown for trade in trades)
    assert all(f"Top\u00a0{n}" in shown for n in (1, 3, 5))
