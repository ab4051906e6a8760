"""Files in parts, and only when they have changed: Range and If-None-Match. Source: RFC 9110,
spec/chautec 8, 10 (both optional there).
"""

import re
from collections.abc import Mapping
from zlib import crc32

_SPAN = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")


def tag_of(sha256: str, *said: bytes) -> str:
    """The ETag of bytes that are sent with what is said of them: type and name."""
    return f'"{sha256[:32]}-{crc32(b" ".join(said)):08x}"'


def is_known(headers: Mapping[str, str], tag: str) -> bool:
    """Whether the caller has just this already."""
    known = headers.get("if-none-match", "")
    return known.strip() == "*" or tag in (
        one.strip().removeprefix("W/") for one in known.split(",")
    )


def wanted(headers: Mapping[str, str], tag: str, size: int) -> tuple[int, int] | None:
    """The one span asked for, from its first byte to before its second number; None for the whole.

    Several spans, spans that lie outside and what is no span at all ask for the whole, as RFC 9110
    allows; so does a span of another version (If-Range).
    """
    found = _SPAN.match(headers.get("range", "").replace(" ", ""))
    if found is None or headers.get("if-range", tag) != tag:
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        begins, end = max(0, size - int(last or 0)), size
    else:
        begins, end = int(first), min(size, int(last) + 1 if last else size)
    return (begins, end) if begins < end else None
