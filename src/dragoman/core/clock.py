"""The one place that asks what time it is. Times are integer milliseconds UTC everywhere."""

import datetime
import time
from functools import lru_cache

Ms = int


def now_ms() -> Ms:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def to_datetime(at_ms: Ms) -> datetime.datetime:
    """The same instant as an aware datetime in UTC."""
    return datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC).replace(
        microsecond=at_ms % 1000 * 1000
    )


def from_datetime(at: datetime.datetime) -> Ms:
    """Milliseconds of a datetime; one without offset is read as UTC."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=datetime.UTC)
    return (at - _EPOCH) // _MS


@lru_cache(4096)
def iso_z(at_ms: Ms) -> str:
    """`2021-03-30T11:17:53.942Z`."""
    days, ms = divmod(at_ms, 86_400_000)
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    return f"{_day(days)}T{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}.{ms:03d}Z"


@lru_cache(4096)
def _day(days: int) -> str:
    return (_EPOCH + datetime.timedelta(days)).date().isoformat()


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MS = datetime.timedelta(milliseconds=1)
