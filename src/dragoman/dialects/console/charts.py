"""Charts as SVG: only the plot is drawn; labels are HTML, so that they never shrink. Every chart
holds its table.
"""

import datetime
import math
from collections.abc import Mapping, Sequence

import msgspec

from dragoman.core.clock import to_datetime

WIDTH, HEIGHT = 1000, 100
_STEPS = (1, 2, 2.5, 5, 10)


class Series(msgspec.Struct, frozen=True):
    """One line, or one part of stacked bars. colour: the end of a class name."""

    label: str
    colour: str
    values: Sequence[float | None]


class Line(msgspec.Struct, frozen=True):
    """A line to draw: its path, and that of the area below it."""

    label: str
    colour: str
    path: str
    area: str


class Bar(msgspec.Struct, frozen=True):
    """A rectangle to draw."""

    x: float
    y: float
    width: float
    height: float
    colour: str


class Chart(msgspec.Struct, frozen=True):
    """What the template needs.

    ticks: labels of the value axis from the top; grid: their heights.
    """

    lines: Sequence[Line]
    bars: Sequence[Bar]
    ticks: Sequence[str]
    grid: Sequence[float]
    times: Sequence[str]
    series: Sequence[Series]
    labels: Sequence[str]
    starts: Sequence[int]


def lines(starts: Sequence[int], series: Sequence[Series], bucket_ms: int) -> Chart:
    """A line chart over buckets that begin at `starts`."""
    known = [value for one in series for value in one.values if value is not None]
    top, ticks = _around(known) if min(known, default=0.0) < 0 else scale(known)
    low = ticks[-1]
    drawn = []
    for one in series:
        raised = [None if value is None else value - low for value in one.values]
        drawn.append(Line(one.label, one.colour, *_path(raised, top - low)))
    return _chart(starts, series, bucket_ms, drawn, (), ticks)


def bars(starts: Sequence[int], series: Sequence[Series], bucket_ms: int) -> Chart:
    """Stacked bars; the first series lies at the bottom."""
    sums = [sum(one.values[at] or 0 for one in series) for at in range(len(starts))]
    top, ticks = scale(sums)
    found, step = [], WIDTH / max(1, len(starts))
    for at in range(len(starts)):
        below = 0.0
        for one in series:
            value = one.values[at] or 0
            if value:
                high = value / top * HEIGHT
                y = HEIGHT - below - high
                found.append(
                    Bar(
                        round(at * step + step * 0.12, 2),
                        round(y, 2),
                        round(step * 0.76, 2),
                        round(high, 2),
                        one.colour,
                    )
                )
                below += high
    return _chart(starts, series, bucket_ms, (), found, ticks)


def spark(values: Sequence[float | None]) -> Line:
    """A small line without axes."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    span = (high - low) or 1.0
    shifted = [None if value is None else (value - low) / span * 0.86 + 0.07 for value in values]
    return Line("", "", *_path(shifted, 1.0))


def scale(values: Sequence[float]) -> tuple[float, list[float]]:
    """The top of the axis and its ticks from the top down, in round steps."""
    largest = max(values, default=0.0) or 1.0
    power = 1.0
    while power * 10 < largest:
        power *= 10
    while power > largest:
        power /= 10
    step = next(step for part in (power / 10, power) for step in _of(part) if step * 5 >= largest)
    if largest >= 3:
        step = max(1.0, step) if step < 1 else step
    count = max(2, min(5, int(-(-largest // step))))
    return step * count, [step * at for at in range(count, -1, -1)]


def _around(values: Sequence[float]) -> tuple[float, list[float]]:
    """The same for values of which some are negative: the axis goes on below 0."""
    high, low = max(0.0, *values), min(values)
    step = scale([(high - low) * 0.8])[1][-2]
    top, bottom = math.ceil(high / step), math.floor(low / step)
    return step * top, [round(step * at, 6) for at in range(top, bottom - 1, -1)]


def _of(power: float) -> list[float]:
    return [power * step for step in _STEPS]


def _path(values: Sequence[float | None], top: float) -> tuple[str, str]:
    """Line and area; gaps interrupt the line."""
    step = WIDTH / max(1, len(values) - 1)
    line, area, run = [], [], []
    for at, value in enumerate([*values, None]):
        if value is not None:
            run.append((round(at * step, 1), round(HEIGHT - value / top * HEIGHT, 2)))
        elif run:
            points = " ".join(f"{x:g},{y:g}" for x, y in run)
            if len(run) == 1:
                points = f"{run[0][0]:g},{run[0][1]:g} {run[0][0] + 0.1:g},{run[0][1]:g}"
            line.append(f"M{points}")
            area.append(f"M{run[0][0]:g},{HEIGHT} {points} {run[-1][0]:g},{HEIGHT}Z")
            run = []
    return "".join(line), "".join(area)


def _chart(
    starts: Sequence[int],
    series: Sequence[Series],
    bucket_ms: int,
    drawn: Sequence[Line],
    boxes: Sequence[Bar],
    ticks: Sequence[float],
) -> Chart:  # one place puts the parts together
    low = ticks[-1]
    top = (ticks[0] - low) or 1
    labels = [label(start, bucket_ms) for start in starts]
    every = max(1, len(labels) // 11 + (len(labels) % 11 > 0))
    return Chart(
        lines=drawn,
        bars=boxes,
        ticks=[_tick(tick) for tick in ticks],
        grid=[round(HEIGHT - (tick - low) / top * HEIGHT, 2) for tick in ticks],
        times=labels[::every],
        series=series,
        labels=labels,
        starts=starts,
    )


def _tick(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:g}k"
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


def label(start_ms: int, bucket_ms: int) -> str:
    """`13:40`, or `21 Nov` for buckets of hours and more."""
    at = to_datetime(start_ms)
    if bucket_ms < 3_600_000:
        return f"{at:%H:%M}"
    return f"{at:%-d %b %H:%M}" if bucket_ms < 86_400_000 else f"{at:%-d %b}"


def buckets(since_ms: int, until_ms: int, bucket_ms: int) -> list[int]:
    """The beginnings of all buckets; the unfinished last one is left out by its caller."""
    return list(range(since_ms, until_ms, bucket_ms))


def filled(starts: Sequence[int], found: Mapping[int, float]) -> list[float]:
    """A value a bucket, 0 where there is none."""
    return [found.get(start, 0) for start in starts]


def day(at_ms: int) -> datetime.date:
    """The UTC day of an instant."""
    return to_datetime(at_ms).date()
