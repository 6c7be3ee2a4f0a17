"""What reviewers forget: the house rules, read from the code itself."""

import ast
import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

from app import errors as planning_errors
from app.access import findings, snapping
from app.siting.candidates import CANDIDATES
from app.web import problems
from geodata import errors as geodata_errors
from geodata.catalogue import card_names, read_card
from geodata.facts import TABLES
from geodata.rules import read_rules
from geodata.tables import Table

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for room in ("geodata", "app") for path in (ROOT / room).rglob("*.py"))
RESULTS = [table for room in (findings, snapping) for table in vars(room).values() if isinstance(table, Table)]
ALL_TABLES = [*TABLES.values(), *RESULTS, CANDIDATES]
LONGEST_MODULE = 400
FORBIDDEN_ROOMS = {"utils", "helpers", "common", "services", "base"}


def module_name(path):
    return str(path.relative_to(ROOT))


def public(node):
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_every_module_class_and_public_function_says_what_it_is(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [node.name for node in tree.body if public(node) and not ast.get_docstring(node)]
    assert ast.get_docstring(tree), "the module has no docstring"
    assert [] == silent


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_one_file_answers_one_question(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE
    assert not FORBIDDEN_ROOMS & {path.stem, *path.parts}


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.name)
def test_every_column_speaks_both_languages(table):
    for column in table.columns:
        assert column.title, column.name
        assert column.title_da, column.name
        assert column.about.endswith("."), column.name
        for code in column.allowed:
            assert code.title, code.value
            assert code.title_da, code.value


OTHER_MEANINGS = {
    ("app/publish/labels.py", 5000): "residents of a town that is named early",
    ("app/settings.py", 8000): "the port",
    ("geodata/sources/networks.py", 2000.0): "metres of pier",
}
"""The same figure as a rule's, standing for something else."""


def clause_numbers(value):
    """Every number in a clause's value, however deep."""
    if isinstance(value, dict):
        return {number for part in value.values() for number in clause_numbers(part)}
    if isinstance(value, list):
        return {number for part in value for number in clause_numbers(part)}
    return {value} if isinstance(value, int | float) and not isinstance(value, bool) else set()


def test_no_rules_number_stands_in_python():
    """Small and one-decimal numbers are everybody's; large ones and those of two decimals or more tell a rule."""
    numbers = {n for rule in read_rules().values() for clause in rule.clauses for n in clause_numbers(clause.value)}
    telling = {n for n in numbers if n > 1000 or n != round(n, 1)}
    found = [
        f"{module_name(path)}:{node.lineno} {node.value}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and node.value in telling
        and (module_name(path), node.value) not in OTHER_MEANINGS
    ]
    assert [] == found


def test_no_municipality_list_stands_in_python():
    code = re.compile(r"0[1-4]\d\d")
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        lists = [node for node in ast.walk(tree) if isinstance(node, ast.List | ast.Tuple | ast.Set)]
        for node in lists:
            codes = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            assert len([c for c in codes if code.fullmatch(c)]) < 2, f"{module_name(path)}:{node.lineno}"


@pytest.mark.parametrize("name", card_names())
def test_every_source_card_can_be_credited(name):
    card = read_card(name)
    assert card.credit
    assert card.credit_da
    assert card.licence


def committed_files():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_no_machine_path_or_registry_host_is_committed():
    forbidden = re.compile(
        r"/(work|root|home)/[a-z.]|pypi\.org|pythonhosted|npmjs\.|unpkg\.com|crates\.io|deb\.debian", re.IGNORECASE
    )
    for path in committed_files():
        if path.suffix in {
            ".py",
            ".md",
            ".toml",
            ".txt",
            ".yml",
            ".json",
            ".cfg",
            ".html",
            ".css",
            "",
        } and path != Path(__file__):
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not forbidden.search(text), f"{path.name}: {forbidden.search(text).group(0)}"


def test_no_file_of_the_real_data_is_committed(realdata):
    def blob(path):
        return subprocess.run(["git", "hash-object", str(path)], capture_output=True, text=True, check=True).stdout

    ours = {blob(path) for path in committed_files() if path.stat().st_size > 500}
    theirs = {blob(path) for path in realdata.rglob("*") if path.is_file()}
    assert not ours & theirs


def error_classes(module):
    return [thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, Exception)]


@pytest.mark.parametrize("module", [geodata_errors, planning_errors], ids=lambda module: module.__name__)
def test_every_error_stands_in_its_modules_drawing(module):
    for error in error_classes(module):
        assert error.__name__ in module.__doc__


@pytest.mark.parametrize("error", [*error_classes(geodata_errors), *error_classes(planning_errors)])
def test_every_error_has_a_status_of_its_own_or_its_family(error):
    assert any(ancestor in problems.KINDS for ancestor in error.__mro__ if ancestor is not Exception)


def test_the_reference_pages_are_what_the_code_would_write(monkeypatch, sample_store):
    monkeypatch.setenv("LAEGEVALG_STORE", str(sample_store))
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "reference" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    for name, text in generate.pages().items():
        assert text == (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8"), f"run `make docs`: {name}"


def test_no_file_holds_both_sides_of_a_merge():
    """A template with the marks of a conflict shows them to the reader."""
    marks = subprocess.run(
        ["git", "grep", "-nE", "^(<{7}|>{7}) "], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout
    assert "" == marks
