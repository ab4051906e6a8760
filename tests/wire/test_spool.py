"""Large answers lie in a temporary file. Source: DESIGN.md 3."""

import gc
import warnings

import pytest

from dragoman.wire.call import IN_MEMORY, Stream
from dragoman.wire.spool import spooled

PART = b"x" * 1000


def test_a_small_body_stays_in_memory() -> None:
    assert spooled([]) == b""
    assert spooled([b"a", b"", b"b"]) == b"ab"
    assert spooled([b"x" * IN_MEMORY]) == b"x" * IN_MEMORY


@pytest.mark.parametrize("extra", [0, 1, 999_999])
def test_a_large_one_is_read_back_whole_with_its_length(extra: int) -> None:
    parts = [*[PART] * (IN_MEMORY // len(PART) + 1), b"y" * extra]
    body = spooled(iter(parts))
    assert isinstance(body, Stream)
    assert body.size_bytes == sum(map(len, parts))
    assert b"".join(body.open()) == b"".join(parts)


def test_a_file_that_nobody_reads_is_closed() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        body = spooled([b"x" * (IN_MEMORY + 1)])
        assert isinstance(body, Stream)
        del body
        gc.collect()


def test_a_source_that_fails_leaves_nothing_open() -> None:
    def parts() -> object:
        yield b"x" * (IN_MEMORY + 1)
        raise RuntimeError("the source fails")

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        with pytest.raises(RuntimeError):
            spooled(parts())  # type: ignore[arg-type] # as an iterator
        gc.collect()
    assert [one for one in seen if issubclass(one.category, ResourceWarning)] == []
