"""What fixture loaders share: relative times, files beside the JSON file, errors that name their
place.
"""

import datetime
import re
from pathlib import Path
from typing import NoReturn

from dragoman.core.clock import from_datetime
from dragoman.core.faults import BadValue, Conflict, Fault, NotFound
from dragoman.core.files import Files, Stored

_PART = re.compile(r"(\d+)([wdhms])")
_RELATIVE = re.compile(r"([+-])((?:\d+[wdhms])+)\Z")
_UNIT_MS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000}


class BadFixture(Exception):
    """A fixture cannot be loaded; the text names the place in the file and the problem.

    place: such as `content.spaces[0].name`, empty when it is the whole file. where: the file and
    the line, as far as they are known.
    """

    where = ""

    def __init__(self, text: str, place: str = "") -> None:
        super().__init__(text)
        self.place = place


class Loading:
    """One `load` of one file. password_hash: of the account whose memberships are being made."""

    def __init__(self, store: Files, folder: Path, now_ms: int) -> None:
        self.files = store
        self.folder = folder
        self.now_ms = now_ms
        self.password_hash: str | None = None
        self.account_ids: dict[str, int] = {}  # by e-mail, lower case

    def at_ms(self, value: object, place: str = "") -> int:
        """Milliseconds of `2026-01-31T10:00:00Z`, `2026-01-31`, or `-3d2h` before loading."""
        text = str(value)
        relative = _RELATIVE.match(text)
        if relative:
            amount = sum(int(n) * _UNIT_MS[unit] for n, unit in _PART.findall(relative[2]))
            return self.now_ms + (amount if relative[1] == "+" else -amount)
        if text == "now":
            return self.now_ms
        try:
            return from_datetime(datetime.datetime.fromisoformat(text))
        except ValueError:
            self.fail(place, f"{text!r} is no time")

    def path(self, name: str, place: str = "") -> Path:
        """A file beside the JSON file; nothing outside its folder."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()) or not path.is_file():
            self.fail(place, f"no file {name!r} beside the fixture")
        return path

    def read(self, name: str, place: str = "") -> bytes:
        """The bytes of a file beside the JSON file."""
        return self.path(name, place).read_bytes()

    def store(self, name: str, place: str = "") -> Stored:
        """The same, put into the file store; link it in the transaction."""
        return self.files.put(self.read(name, place))

    def fail(self, place: str, problem: str) -> NoReturn:
        """Stop the load. Raises BadFixture."""
        raise BadFixture(f"{place}: {problem}" if place else problem, place)


def in_words(fault: Fault) -> str:
    """A fault for whoever loads a file or gives a command, not for a caller of an API."""
    if isinstance(fault, NotFound):
        return f"no {fault.kind} with {fault.by} {fault.value!r}"
    if isinstance(fault, Conflict):
        return f"the {fault.field} {fault.value!r} is taken"
    if isinstance(fault, BadValue):
        return f"{fault.field} {fault.problem or 'is not allowed'}"
    if type(fault).__module__ == Fault.__module__:
        return str(fault)
    rule = (type(fault).__doc__ or "").partition("\n")[0].rstrip(".")
    value = getattr(fault, "value", None)
    return f"{value!r}: {rule}" if value is not None else rule
