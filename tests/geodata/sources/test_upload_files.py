"""Files as people send them: encodings, delimiters, workbooks, junk and bombs."""

import tracemalloc
import zipfile
from contextlib import contextmanager
from datetime import datetime

import openpyxl
import pytest
from practice_files import GOOD, csv_text, note_cases, only_breach, row

from geodata.sources.upload import HEADS, PRACTICE_FORM, rejected_csv, write_rejected, write_template

LITTLE = 5_000_000
"""Bytes that reading the beginning of a file may take."""


@contextmanager
def remembering_at_most(limit):
    """Fail if more than so many bytes are held at once: what is not read costs no memory."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_delimiter_and_encoding_gives_the_same(desk, delimiter, encoding):
    upload = desk.rows(row(Adresse="Ærø Å 1"), delimiter=delimiter, encoding=encoding)
    assert () == upload.breaches
    assert ["Ærø Å 1"] == list(upload.locations["address"])
    assert (["legacy_encoding"] if encoding == "cp1252" else []) == note_cases(upload)


def test_decimal_commas_in_quotes_are_read_in_a_comma_file(desk):
    upload = desk.bytes(csv_text(row(Lægekapaciteter='"1,5"', Adresse="Torvet 1"), delimiter=",").encode())
    assert ((), [1.5]) == (upload.breaches, list(upload.practices["capacities"]))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\r\n", b";;;\n;;\n", b"\x00\x00"])
def test_an_empty_file_is_called_empty(desk, content):
    upload = desk.bytes(content)
    assert ("empty", "Filen er tom") == (only_breach(upload).case, only_breach(upload).title("da"))
    assert "Hele filen: fandt ingenting, forventede rækker." == only_breach(upload).text("da")
    assert (0, 0) == (upload.rows, upload.kept)


def test_a_head_without_rows_is_no_mistake_but_keeps_nothing(desk):
    upload = desk.bytes(";".join(GOOD).encode())
    assert ((), 0, 0) == (upload.breaches, upload.rows, upload.kept)


@pytest.mark.parametrize(
    "content", [csv_text(row()).encode("utf-16"), csv_text(row()).encode("utf-16-le"), b"Ydernummer;Navn\n\x81\x8d"]
)
def test_a_wrong_encoding_is_refused_by_name(desk, content):
    breach = only_breach(desk.bytes(content))
    assert ("encoding", "Filen er ikke UTF-8 eller Windows-1252") == (breach.case, breach.title("da"))


def test_fifty_megabytes_of_junk_are_refused_at_once_without_being_read(desk):
    path = desk.folder / "junk.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with remembering_at_most(LITTLE):
        breach = only_breach(desk.path(path, limit=10_000_000))
    assert ("too_large", "Filen er over 10 MB") == (breach.case, breach.title("da"))


def test_binary_junk_below_the_limit_is_refused_by_its_first_bytes(desk):
    path = desk.folder / "junk.csv"
    with path.open("wb") as file:
        file.write(b"PNG")
        file.truncate(50_000_000)
    with remembering_at_most(LITTLE):
        assert "encoding" == only_breach(desk.path(path, limit=60_000_000)).case


def test_a_field_without_end_is_refused(desk):
    content = (csv_text(row()) + '"' + "x" * 200_000).encode()
    assert "unreadable" == only_breach(desk.bytes(content)).case


def test_too_many_rows_are_refused(desk):
    content = ("Ydernummer\n" + "1\n" * 50_001).encode()
    assert "too_many_rows" == only_breach(desk.bytes(content)).case


def test_lines_above_the_head_are_passed_over_and_rows_keep_their_numbers(desk):
    text = "Praksisliste 2025\r\n\r\n" + csv_text(row(Tilmeldte="-5"))
    assert 4 == only_breach(desk.bytes(text.encode())).row


def test_a_separator_line_for_excel_is_passed_over(desk):
    upload = desk.bytes(("sep=;\r\n" + csv_text(row())).encode())
    assert ((), 1) == (upload.breaches, upload.kept)


def test_empty_lines_are_no_rows_but_count_as_lines(desk):
    text = csv_text(row()) + "\r\n;;;\r\n" + csv_text(row(Ydernummer="x")).splitlines()[1]
    upload = desk.bytes(text.encode())
    assert (2, 5) == (upload.rows, only_breach(upload).row)


def test_a_number_in_its_excel_coat_is_undressed(desk):
    upload = desk.rows(row(Ydernummer='="012345"'))
    assert ["012345"] == list(upload.practices["ydernummer"])


def workbook(desk, *sheets, name="practices.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append(cells)
    path = desk.folder / name
    book.save(path)
    return path


def sheet_of(*rows):
    return [list(rows[0]), *(list(one.values()) for one in rows)]


def test_a_workbook_gives_what_the_text_gives(desk):
    typed = row(Øst=705000, Nord=6175000.0, Lægekapaciteter=2, Tilmeldte=3100, Lukkegrænse=3300.0)
    typed["Opgjort"] = datetime(2025, 12, 31)
    upload = desk.path(workbook(desk, ("Ark1", sheet_of(typed))))
    assert () == upload.breaches
    assert upload.practices.equals(desk.rows(row()).practices)
    assert upload.locations.equals(desk.rows(row()).locations)


def test_a_number_for_a_ydernummer_gets_its_zeros_back(desk):
    upload = desk.path(workbook(desk, ("Ark1", sheet_of(row(Ydernummer=12345)))))
    assert (["012345"], ["zeros"]) == (list(upload.practices["ydernummer"]), note_cases(upload))


def test_the_sheet_with_the_heads_is_found_under_merged_titles(desk):
    book = openpyxl.Workbook()
    book.active.title = "Forside"
    book.active["A1"] = "Læs mig"
    sheet = book.create_sheet("Data")
    sheet["A1"] = "Praksis i regionen"
    sheet.merge_cells("A1:E1")
    for cells in sheet_of(row(Tilmeldte=-5)):
        sheet.append(cells)
    path = desk.folder / "practices.xlsx"
    book.save(path)
    assert 3 == only_breach(desk.path(path)).row


def test_of_two_sheets_with_heads_the_first_is_read_and_the_other_named(desk):
    path = workbook(desk, ("2025", sheet_of(row())), ("2024", sheet_of(row(Tilmeldte="1"))))
    upload = desk.path(path)
    assert ["other_sheets"] == note_cases(upload)
    assert "Arket 2025 er læst; 2024 er ikke." == upload.notes[0].text("da")
    assert [3100] == list(upload.practices["listed_patients"])


def test_a_formula_without_a_saved_value_stays_a_text(desk):
    upload = desk.path(workbook(desk, ("Ark1", sheet_of(row(Navn='=HYPERLINK("x")')))))
    assert (['=HYPERLINK("x")'], ["formula"]) == (list(upload.practices["name"]), note_cases(upload))


def test_a_formula_for_a_number_is_read_by_the_value_it_was_saved_with(desk):
    """openpyxl saves no values, so the saved value is written into the sheet as Excel would."""
    path = workbook(desk, ("Ark1", sheet_of(row(Tilmeldte="=1000*3"))))
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b"<f>1000*3</f><v />" in sheet or b"<f>1000*3</f><v></v>" in sheet or b"<f>1000*3</f><v/>" in sheet
    for empty in (b"<v />", b"<v></v>", b"<v/>"):
        sheet = sheet.replace(b"<f>1000*3</f>" + empty, b"<f>1000*3</f><v>3000</v>")
    parts["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    upload = desk.path(path)
    assert ((), [3000]) == (upload.breaches, list(upload.practices["listed_patients"]))


def test_a_zip_bomb_is_refused_unread(desk):
    path = desk.folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    assert path.stat().st_size < 100_000
    with remembering_at_most(LITTLE):
        assert "too_large" == only_breach(desk.path(path, limit=1_000_000)).case


@pytest.mark.parametrize("content", [b"PK\x03\x04 and then nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500])
def test_what_only_looks_like_a_workbook_is_refused(desk, content):
    assert "unreadable" == only_breach(desk.bytes(content, name="practices.xlsx")).case


def test_a_zip_that_is_no_workbook_is_refused(desk):
    path = desk.folder / "other.xlsx"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("readme.txt", "hello")
    assert "unreadable" == only_breach(desk.path(path)).case


def test_a_text_named_xlsx_is_read_as_what_it_is(desk):
    upload = desk.bytes(csv_text(row()).encode(), name="practices.xlsx")
    assert 1 == upload.kept


def test_a_sheet_that_claims_a_million_rows_costs_what_its_cells_cost(desk):
    book = openpyxl.Workbook()
    for cells in sheet_of(row()):
        book.active.append(cells)
    book.active["XFD1048576"] = "far away"
    path = desk.folder / "far.xlsx"
    book.save(path)
    with remembering_at_most(10 * LITTLE):
        assert 1 == desk.path(path).kept


def test_rejected_rows_come_back_with_number_and_reason_and_can_be_mended(desk):
    upload = desk.rows(row(), row(Ydernummer="054321", Navn="=evil()", Tilmeldte="-5", Adresse='"Vej; 2"'))
    path = write_rejected(desk.folder / "practices.csv", upload)
    assert "practices.csv.rejected.csv" == path.name
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    head, bad = content.decode("utf-8-sig").splitlines()
    assert head == ";".join([*GOOD, "Række", "Fejl"])
    assert bad.startswith("054321;'=evil()")
    assert 'fandt ""-5""' in bad
    again = desk.bytes(content.replace(b";-5;", b";2000;"))
    assert ((), 1, ["formula"]) == (again.breaches, again.kept, note_cases(again))
    assert ["=evil()"] == list(again.practices["name"])


def test_a_file_without_a_needed_column_is_rejected_whole_with_the_reason_on_every_row(desk):
    upload = desk.rows(row(Navn=None), row(Navn=None))
    lines = rejected_csv(upload, "en").decode("utf-8-sig").splitlines()
    assert 3 == len(lines)
    assert all("Column Navn is missing" in line for line in lines[1:])


def test_the_template_explains_itself_and_its_example_is_refused(desk):
    path = desk.folder / "practices-template.xlsx"
    write_template(path, PRACTICE_FORM)
    assert "example" in [breach.case for breach in desk.path(path).breaches]
    book = openpyxl.load_workbook(path)
    sheet, explained = book["Praksis"], book["Forklaring"]
    assert [head.title_da for head in HEADS] == [cell.value for cell in sheet[1]]
    assert all(cell.comment for cell in sheet[1])
    assert len(HEADS) + 1 == explained.max_row
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert ['"Åben,Lukket,Dispensation"', '"Ja,Nej,Ukendt"'] == lists


def test_the_template_filled_in_is_a_good_file(desk):
    path = desk.folder / "filled.xlsx"
    write_template(path, PRACTICE_FORM)
    book = openpyxl.load_workbook(path)
    for cell, head in zip(book["Praksis"][2], HEADS, strict=True):
        cell.value = GOOD.get(head.title_da)
    book.save(path)
    upload = desk.path(path)
    assert ((), 1) == (upload.breaches, upload.kept)
    assert upload.practices.equals(desk.rows(row()).practices)
