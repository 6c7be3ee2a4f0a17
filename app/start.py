"""The command's front door: a build with nothing new is answered here, before all that computes is loaded."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from app.receipt import key_of, last_receipt
from app.settings import Settings

BUILD, IF_NEEDED = "build", "--if-needed"


def main() -> None:
    """Run the command; `app.cli` is loaded unless nothing is to be done."""
    shown = nothing_new(sys.argv[1:])
    if shown is None:
        import_module("app.cli").main()
    else:
        sys.stdout.write(shown)


def nothing_new(words: list[str]) -> str | None:
    """What the last build showed, where `build --if-needed` is asked for what it was asked for; else None.

    Whatever this does not understand, `app.cli` answers.
    """
    if not words or words[0] != BUILD or IF_NEEDED not in words:
        return None
    try:
        asked = vars(_options().parse_args(words[1:]))
        settings = Settings()
        region = asked.pop("region") or settings.region
        del asked["if_needed"]
        receipt = last_receipt(settings, region)
        return receipt.shown if receipt is not None and receipt.key == key_of(settings, region, asked) else None
    except (argparse.ArgumentError, OSError, ValueError, _UnknownError):
        return None


class _UnknownError(Exception):
    """An option that this parser does not know."""


class _Options(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise _UnknownError(message)


def _options() -> _Options:
    """The options of `laegevalg build`, as `app.cli` has them."""
    options = _Options(add_help=False, allow_abbrev=False)
    options.add_argument("--region", default="")
    options.add_argument("--from", dest="folder", type=Path)
    options.add_argument("--practices", type=Path)
    options.add_argument("--premises", type=Path)
    options.add_argument("--year", type=int)
    options.add_argument(IF_NEEDED, action="store_true", dest="if_needed")
    return options
