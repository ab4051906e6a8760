"""The one place that asks what time it is. Times are integer milliseconds UTC everywhere."""

import datetime
import time

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


def iso_z(at_ms: Ms) -> str:
    """`2021-03-30T11:17:53.942Z`."""
    day = datetime.datetime.fromtimestamp(at_ms // 1000, datetime.UTC)
    return f"{day:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z" if day.year > 999 else _iso_early(at_ms)


def _iso_early(at_ms: Ms) -> str:
    day = to_datetime(at_ms)
    return f"{day.year:04d}-{day:%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MS = datetime.timedelta(milliseconds=1)
