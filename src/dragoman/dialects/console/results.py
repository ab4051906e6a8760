"""What a handler may return."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from dragoman.wire.call import Stream


class Page(msgspec.Struct, frozen=True):
    """A template and its values.

    part: rendered alone, without the shell (a fragment that has an address of its own).
    """

    template: str
    values: Mapping[str, Any] = {}
    status: int = 200
    part: bool = False
    headers: Sequence[tuple[bytes, bytes]] = ()


class Redirect(msgspec.Struct, frozen=True):
    """See another page (303). told: a message for its reader, shown once."""

    to: str
    told: str = ""
    headers: Sequence[tuple[bytes, bytes]] = ()
    status: int = 303


class Nothing(msgspec.Struct, frozen=True):
    """204."""


class Data(msgspec.Struct, frozen=True):
    """A JSON answer for a module of ours."""

    value: Any


class Asset(msgspec.Struct, frozen=True):
    """A static file, or None when there is none of that name and hash."""

    hash: str
    name: str


class Download(msgspec.Struct, frozen=True):
    """Bytes to be saved, or shown inside the page when `inline`."""

    body: bytes | Stream
    media_type: str
    name: str
    inline: bool = False


class Foreign(msgspec.Struct, frozen=True):
    """Somebody's HTML for a sandboxed frame."""

    body: str


class SignedIn(msgspec.Struct, frozen=True):
    """The session's secret goes into the cookie; see `envelope`."""

    secret: str
    to: str


class SignedOut(msgspec.Struct, frozen=True):
    """The session has ended; the cookie is taken back."""
