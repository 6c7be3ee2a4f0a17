"""One file out of a zip that may be truncated, hostile or a bomb."""

import fnmatch
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from geodata.fetching.asking import Ask, misfit

BLOCK = 1 << 20
LARGEST_RATIO = 200
"""Bytes out for each byte in; text packs 20 to 50 times, a bomb 1,000 times."""
SMALL = 10 * BLOCK
"""Below this the ratio says nothing."""
SYMLINK = 0o120000
TYPE = 0o170000


def take_out(ask: Ask, archive: Path, pattern: str, target: Path) -> Path:
    """Write the one member of a zip that fits a pattern to `target`; names within the zip are never used as paths.

    Raises
    ------
    FetchError : the zip is truncated or damaged, a name climbs out of it, no or more than one member fits, or it
        unpacks to more than the card allows
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            member = _only(ask, opened, pattern)
            _unpack(ask, opened, member, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        target.unlink(missing_ok=True)
        raise misfit(ask, f"a damaged or truncated zip ({error})", "a whole zip archive", "fetch it again") from error
    return target


def _only(ask: Ask, opened: zipfile.ZipFile, pattern: str) -> zipfile.ZipInfo:
    for info in opened.infolist():
        if climbs(info.filename) or (info.external_attr >> 16) & TYPE == SYMLINK:
            raise misfit(ask, f"{info.filename!r} in the zip, which leads out of it", "plain names within the zip")
    fitting = [info for info in opened.infolist() if fnmatch.fnmatch(PurePosixPath(info.filename).name, pattern)]
    if len(fitting) != 1:
        names = ", ".join(info.filename for info in (fitting or opened.infolist())[:5]) or "nothing"
        raise misfit(ask, f"a zip with {names}", f"one file like {pattern}")
    return fitting[0]


def climbs(name: str) -> bool:
    """Whether a name in an archive is absolute, has a drive or climbs out by `..`."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name


def _unpack(ask: Ask, opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Unpack block by block, believing the bytes that come and not the sizes that the zip claims."""
    written = 0
    with opened.open(member) as source, target.open("wb") as out:
        while block := source.read(BLOCK):
            written += len(block)
            if written > ask.largest or (written > SMALL and written > LARGEST_RATIO * max(member.compress_size, 1)):
                out.close()
                target.unlink()
                raise misfit(
                    ask,
                    f"{member.filename} that unpacks from {member.compress_size} to more than {written} bytes",
                    f"at most {ask.largest} bytes and {LARGEST_RATIO} times as large as packed",
                    "this may be a zip bomb",
                )
            out.write(block)
