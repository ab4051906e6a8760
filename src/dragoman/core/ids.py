"""Identifiers: `Oid` (24 hex, immutable), request ids, random tokens."""

import itertools
import os
import re
import secrets
import string
import time
from typing import NewType

Oid = NewType("Oid", str)

_OID = re.compile(r"[0-9a-f]{24}\Z")
_ALNUM = string.ascii_uppercase + string.digits


class OidMint:
    """Mints ObjectIds: 4-byte seconds, 5 random bytes per process, 3-byte counter.

    Source: spec/rightech R2.2, spec/altcraft 6.1.
    """

    def __init__(self) -> None:
        self._pid = 0
        self._fresh()

    def _fresh(self) -> None:
        self._pid = os.getpid()
        self._random = secrets.token_hex(5)
        self._counter = itertools.count(secrets.randbelow(1 << 23))

    def __call__(self) -> Oid:
        """A new Oid, larger than every earlier one of this process within the same second."""
        if os.getpid() != self._pid:
            self._fresh()
        number = next(self._counter) & 0xFFFFFF
        return Oid(f"{int(time.time()) & 0xFFFFFFFF:08x}{self._random}{number:06x}")


mint_oid = OidMint()


def is_oid(value: str) -> bool:
    """Whether a text is spelled as an Oid (lower case)."""
    return _OID.match(value) is not None


class RequestIds:
    """Request ids: 8 random characters of the process and a counter; unique, short, cheap."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(4)
        self._counter = itertools.count(1)

    def __call__(self) -> str:
        """The next id, such as `9f3c11aa-2b`."""
        return f"{self._prefix}-{next(self._counter):x}"


def random_hex(characters: int) -> str:
    """A secret of that many lower-case hex digits from a secure source."""
    return secrets.token_hex((characters + 1) // 2)[:characters]


def random_upper(characters: int) -> str:
    """A secret of A-Z and 0-9 from a secure source."""
    return "".join(secrets.choice(_ALNUM) for _ in range(characters))


def random_url(size_bytes: int = 24) -> str:
    """A secret of URL-safe characters holding that many random bytes."""
    return secrets.token_urlsafe(size_bytes)
