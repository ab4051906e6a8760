"""Large answers: written to a temporary file above 1 MiB, so that the length is known and memory is
bounded.
"""

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
    try:
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
    except BaseException:
        if file is not None:
            file.close()
        raise
    if file is None:
        return b"".join(kept)
    return Stream(size, _Spool(file))


class _Spool:
    """Opens a temporary file for its one reading, and closes it also when nobody reads."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __call__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while part := self._file.read(_PART):
            yield part
        self._file.close()

    def __del__(self) -> None:
        self._file.close()
