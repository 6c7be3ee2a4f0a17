"""Keys that publishers ask for: read from the environment or a private file, and never shown."""

import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from geodata.errors import SourceError

PREFIX = "LAEGEVALG_KEY_"
HIDDEN = "***"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
IN_ADDRESS = re.compile(r"(?i)([?&](?:api_?key|key|token|password|username)=)[^&\s\"']+")
BEFORE_HOST = re.compile(r"(?<=://)[^/\s@]+@")


class Keys:
    """Keys by name: LAEGEVALG_KEY_<NAME> of the environment, else a line `NAME = "..."` of a file of mode 600.

    Raises
    ------
    SourceError : the file is missing, not TOML, or others may read it
    """

    def __init__(self, environment: Mapping[str, str] | None = None, file: Path | None = None) -> None:
        found = _of_file(file) if file else {}
        found |= {
            name.removeprefix(PREFIX): value for name, value in (environment or {}).items() if name.startswith(PREFIX)
        }
        self._keys = {name.upper(): value.strip() for name, value in found.items() if value.strip()}

    def __repr__(self) -> str:
        return f"Keys({', '.join(sorted(self._keys))})"

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    def value(self, name: str) -> str:
        """The key itself, to be sent and nothing else.

        Raises
        ------
        KeyError : there is none of this name
        """
        return self._keys[name]

    def hide(self, text: str) -> str:
        """Text with every key, and whatever looks like one in an address, blotted out."""
        for key in sorted(self._keys.values(), key=len, reverse=True):
            text = text.replace(key, HIDDEN).replace(quote(key, safe=""), HIDDEN)
        return BEFORE_HOST.sub(f"{HIDDEN}@", IN_ADDRESS.sub(rf"\g<1>{HIDDEN}", text))


def _of_file(file: Path) -> dict[str, str]:
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & OTHERS:
            raise SourceError(f"others may read the keys in {file} (mode {mode:03o}); expected 600: chmod 600 {file}")
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"the file of keys {file} cannot be opened: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):  # their messages quote the file, and so a key
        raise SourceError(f'the file of keys {file} is not TOML; expected lines like NAME = "key"') from None
    wrong = sorted(name for name, value in found.items() if not isinstance(value, str))
    if wrong:
        raise SourceError(f'{", ".join(wrong)} in the file of keys {file} is no text; expected lines like NAME = "key"')
    return found
