"""Expressions of QGIS that say a figure as the pages do: grouped numbers, counted nouns, words of codes."""

from app import language as say
from geodata import units
from geodata.tables import Column


def quoted(text: str) -> str:
    """A text as an expression."""
    return "'" + text.replace("'", "''") + "'"


def field(name: str) -> str:
    """A column as an expression."""
    return f'"{name}"'


def number(value: str, decimals: int = 0) -> str:
    """A number with Danish grouping and decimals: 1.947.090; 7,8."""
    return f"format_number({value}, {decimals}, 'da')"


def kilometres(name: str) -> str:
    """Metres of a column as kilometres: 7,8 km."""
    return f"{number(f'{field(name)} / {units.METRES_PER_KM:g}', 1)} || {quoted(f'{say.NBSP}km')}"


def as_needed(value: str) -> str:
    """A number with a decimal where it needs one: 15; 7,5."""
    return f"format_number({value}, CASE WHEN {value} = round({value}) THEN 0 ELSE 1 END, 'da')"


def kilometres_as_needed(name: str) -> str:
    """Metres of a column as kilometres, for limits: 15 km."""
    return f"{as_needed(f'{field(name)} / {units.METRES_PER_KM:g}')} || {quoted(f'{say.NBSP}km')}"


def count(name: str, key: str) -> str:
    """A counted noun: Ingen borgere, 1 borger, 2 borgere."""
    one, many = say.noun(1, key), say.noun(2, key)
    n = field(name)
    none = quoted(say.sentence(say.count(0, key)))
    return (
        f"CASE WHEN {n} = 0 THEN {none} WHEN {n} = 1 THEN {quoted(f'1 {one}')} "
        f"ELSE {number(n)} || {quoted(f' {many}')} END"
    )


def people(name: str, smallest: float, hidden: str) -> str:
    """A count of residents; færre end 5 borgere where it is small, other words where it is withheld."""
    small = quoted(say.sentence(say.fewer_than(smallest, "resident")))
    return (
        f"CASE WHEN {mentioned('suppressed', name)} THEN {small} WHEN {field(name)} IS NULL THEN {quoted(hidden)} "
        f"ELSE {count(name, 'resident')} END"
    )


def mentioned(column: str, name: str) -> str:
    """Whether a column of names (suppressed, withheld) holds a name."""
    return f"' ' || {field(column)} || ' ' LIKE {quoted(f'% {name} %')}"


def word(column: Column) -> str:
    """The Danish word of a code."""
    cases = " ".join(f"WHEN {quoted(code.value)} THEN {quoted(code.title_da)}" for code in column.allowed)
    return f"CASE {field(column.name)} {cases} ELSE {field(column.name)} END"


def shown(expression: str) -> str:
    """An expression within a text, as map tips and layouts take it."""
    return f"[% {expression} %]"


def one_of(name: str, values: list[str]) -> str:
    """Whether a column holds one of some values."""
    return f"{field(name)} IN ({', '.join(quoted(value) for value in values)})" if values else "false"
