"""Brings files and answers from publishers: retried, resumed, conditional, bounded, atomic, and silent about keys."""

import contextlib
import fcntl
import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import httpx

from geodata.catalogue import Card, read_card
from geodata.errors import Breach, FetchError, MisfitError, SourceError
from geodata.fetching.archives import take_out
from geodata.fetching.asking import Ask, misfit
from geodata.fetching.bounds import Bounds
from geodata.fetching.contents import refuse_other_kind
from geodata.fetching.keys import PREFIX, Keys
from geodata.fetching.patience import Answer, patiently
from geodata.fetching.raw import PARTS, Note, bring_in, now, read_note, write_note
from geodata.fetching.transfer import SAME, Part, Tell, attempt

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with the id of a source, bytes come and bytes in all (0: not known)."""
AGENT = "laegevalg (planning of general practice)"
REDIRECTS = 5
HEAD_SECONDS = 5.0
LOCK = ".lock"
DRAFT = ".draft"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file in the raw folder.

    Parameters
    ----------
    path : where it lies
    note : where it came from
    new : whether its bytes differ from the former ones
    """

    path: Path
    note: Note
    new: bool


@dataclass(frozen=True)
class Fetcher:
    """Brings files into a raw folder; close it, or use it in a `with` statement.

    Parameters
    ----------
    raw : the folder
    keys : keys that publishers ask for
    bounds : how long, how often, how much
    settings : settings of source cards put right, by the card's id
    progress : told how much has come
    """

    raw: Path
    keys: Keys = field(default_factory=Keys)
    bounds: Bounds = field(default_factory=Bounds)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    progress: Progress | None = None
    client: httpx.Client = field(init=False, repr=False)
    held: IO[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", self._hold())
        for name in ("httpx", "httpcore"):  # they log whole addresses, keys and all
            logging.getLogger(name).setLevel(logging.WARNING)
        silent, connect = self.bounds.silent_seconds, self.bounds.connect_seconds
        client = httpx.Client(
            timeout=httpx.Timeout(silent, connect=connect),
            headers={"User-Agent": AGENT},
            follow_redirects=True,
            max_redirects=REDIRECTS,
        )
        object.__setattr__(self, "client", client)

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.held.close()

    def _hold(self) -> IO[str]:
        """Hold the raw folder for one process, and clear away what a killed one left.

        Raises
        ------
        SourceError : another process is fetching into it, or nothing can be written there
        """
        try:
            file = (self.parts / LOCK).open("w")
        except OSError as error:
            raise SourceError(f"{self.raw} cannot be written to: {error.strerror}; see LAEGEVALG_RAW") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise SourceError(f"another process is fetching into {self.raw}; wait until it has ended") from None
        for left in self.parts.glob(f"*{DRAFT}*"):
            left.unlink(missing_ok=True)
        return file

    def card(self, name: str) -> Card:
        """A source card with its settings put right.

        Raises
        ------
        CardError : there is no such card or setting
        """
        card = read_card(name)
        return card.with_settings(self.settings[name]) if name in self.settings else card

    def file(self, ask: Ask) -> Fetched:
        """Bring a file, unless the one that is there still holds.

        Raises
        ------
        FetchError, MisfitError : it cannot be had, or is not what it should be; the former file stays
        """
        path = self.raw / ask.target
        former = read_note(path)
        mine = former if former and former.source == ask.card.id and former.url == self._shown(ask) else None
        part = self._part(ask)
        try:
            state = self._persist(ask, part, mine)
            if state == SAME and mine is not None:
                note = replace(mine, checked=now())
                write_note(path, note)
                return Fetched(path, note, new=False)
            return self._keep(ask, part, former)
        except MisfitError as error:
            raise self._hidden(error) from None

    def answer(self, ask: Ask) -> Any:
        """A small JSON answer, kept nowhere.

        Raises
        ------
        FetchError : it cannot be had, or is no JSON
        """
        with self.draft() as path:
            part = Part(path)
            try:
                self._persist(ask, part, None)
                refuse_other_kind(ask, path, "json")
                return json.loads(path.read_bytes())
            except MisfitError as error:
                raise self._hidden(error) from None
            except ValueError as error:
                raise misfit(ask, f"JSON that cannot be read ({error})", "JSON") from None
            finally:
                part.forget()

    @contextlib.contextmanager
    def draft(self, ending: str = "") -> Iterator[Path]:
        """A path for a file in the making, with the ending of the one it will be; what is left of it is removed."""
        path = self.parts / f"{uuid.uuid4().hex}{DRAFT}{ending}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, ask: Ask, draft: Path) -> Fetched:
        """Bring a file put together from many answers into the place of the former one, if its check finds it good.

        Raises
        ------
        MisfitError : it is not what it should be; the former file stays
        """
        former = read_note(self.raw / ask.target)
        try:
            refuse_other_kind(ask, draft, ask.kind)
            ask.check(draft)
        except MisfitError as error:
            raise self._hidden(error) from None
        return self._bring(ask, draft, {}, former)

    def patiently(self, ask: Ask, attempt: Callable[[], Answer]) -> Answer:
        """What an attempt gives, tried as often as the bounds allow.

        Raises
        ------
        FetchError : it was given up, or will not come; without keys
        """
        try:
            return patiently(ask, self.bounds, attempt)
        except MisfitError as error:
            raise self._hidden(error) from None

    def teller(self, source: str) -> Tell:
        """Tells how much has come of a source."""

        def tell(come: int, total: int) -> None:
            if self.progress is not None:
                self.progress(source, come, total)

        return tell

    def size(self, ask: Ask) -> int | None:
        """Bytes of a file as its publisher says, without bringing it; None when it does not say. Never raises."""
        try:
            asked = {**ask.parameters, **self._secret(ask)} or None
            answer = self.client.head(ask.url, params=asked, timeout=HEAD_SECONDS)
        except (httpx.HTTPError, FetchError):
            return None
        said = answer.headers.get("content-length", "")
        return (int(said) or None) if answer.is_success and said.isdigit() else None

    @property
    def parts(self) -> Path:
        """The folder of what is in the making."""
        folder = self.raw / PARTS
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _part(self, ask: Ask) -> Part:
        return Part(self.parts / f"{ask.name}.part")

    def _shown(self, ask: Ask) -> str:
        return self.keys.hide(str(httpx.URL(ask.url, params=dict(ask.parameters) or None)))

    def _secret(self, ask: Ask) -> dict[str, str]:
        """The query parameter that carries the key.

        Raises
        ------
        FetchError : there is no key
        """
        if not ask.key_in:
            return {}
        name = ask.card.key
        if name not in self.keys:
            mend = f"get one from {ask.card.publisher}, and set {PREFIX}{name} or name it in the file of keys"
            raise misfit(ask, "no key", f"a key {name}", mend)
        return {ask.key_in: self.keys.value(name)}

    def _persist(self, ask: Ask, part: Part, former: Note | None) -> str:
        """Try until it is whole, it will not come, or nothing more comes in a row of tries."""
        secret = self._secret(ask)
        tell = self.teller(ask.card.id)
        return self.patiently(ask, lambda: attempt(self.client, ask, secret, part, former, self.bounds, tell))

    def _keep(self, ask: Ask, part: Part, former: Note | None) -> Fetched:
        """Look at a whole part, take the file out of it where it is an archive, and bring it in."""
        marks = part.marks()
        with self.draft(Path(ask.target).suffix) as draft:
            try:
                refuse_other_kind(ask, part.path, ask.kind)
                if ask.member:
                    take_out(ask, part.path, ask.member, draft)
                    refuse_other_kind(ask, draft, ask.format or ask.card.format)
                elif ask.make is not None:
                    ask.make(part.path, draft)
                else:
                    part.path.rename(draft)
                ask.check(draft)
                return self._bring(ask, draft, marks, former)
            finally:
                part.forget()

    def _bring(self, ask: Ask, draft: Path, marks: Mapping[str, str], former: Note | None) -> Fetched:
        note = Note(
            source=ask.card.id,
            url=self._shown(ask),
            fetched=now(),
            checked=now(),
            etag=marks.get("etag", ""),
            last_modified=marks.get("last-modified", ""),
            bytes=0,
            sha256="",
        )
        path = self.raw / ask.target
        note = bring_in(draft, path, note)
        new = former is None or former.sha256 != note.sha256
        log.info("%s: %d bytes in %s, %s", ask.card.id, note.bytes, ask.target, "new" if new else "as before")
        return Fetched(path, note, new)

    def _hidden(self, error: MisfitError) -> MisfitError:
        """The same error without keys."""
        words = [self.keys.hide(text) for text in (error.breach.found, error.breach.expected, error.mend)]
        breach = Breach(error.breach.row, error.breach.column, words[0], words[1])
        return type(error)(error.source, breach, words[2])
