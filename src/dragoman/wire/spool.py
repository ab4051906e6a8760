"""Large answers: written to a temporary file above 1 MiB, so that the length is known and memory is bounded."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from dragoman.wire.call import IN_MEMORY, Stream

_PART = 1 << 18


def spooled(parts: Iterable[bytes]) -> bytes | Stream:
    """The parts as one body: bytes while small, else a temporary file that is sent from."""
    kept: list[bytes] = []
    size = 0
    file: IO[bytes] | None = None
    for part in parts:
        size += len(part)
        if file is None and size > IN_MEMORY:
            file = tempfile.TemporaryFile()  # noqa: SIM115 # closed when it has been sent
            file.writelines(kept)
            kept = []
        if file is None:
            kept.append(part)
        else:
            file.write(part)
    if file is None:
        return b"".join(kept)
    return Stream(size, lambda: _parts_of(file))


def _parts_of(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while part := file.read(_PART):
            yield part
