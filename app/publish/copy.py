"""The words of pages, maps and files in both languages, from `copy.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from app.language import NBSP, Lang


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every text by its dotted key, each with `da` and `en`."""
    raw = tomllib.loads((files("app.publish") / "copy.toml").read_text(encoding="utf-8"))
    return dict(_flat("", raw))


def _flat(prefix: str, node: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for name, child in node.items():
        key = f"{prefix}.{name}" if prefix else name
        if set(child) == {"da", "en"}:
            yield key, {lang: text.replace("~", NBSP) for lang, text in child.items()}
        else:
            yield from _flat(key, child)


def text(key: str, lang: Lang = "da", **slots: object) -> str:
    """A text by its key, with its slots filled; `~` in the catalogue is a space that must not break.

    Raises
    ------
    KeyError : no such key, or a slot without a value
    """
    return catalogue()[key][lang].format(**slots)


def word(key: str, default: str, lang: Lang = "da") -> str:
    """A word by its key, or the default where the catalogue has none."""
    return text(key, lang) if key in catalogue() else default
