"""Tables as comma-separated text: RFC 4180. Source: spec/altcraft 9.3, 12.2."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dragoman.core.sql import encode_json


def columns_of(items: Iterable[Mapping[str, Any]], first: Sequence[str]) -> list[str]:
    """Every member's name: those of `first` that occur, then the others sorted."""
    names = {name for item in items for name in item}
    return [name for name in first if name in names] + sorted(names - set(first))


def lines(items: Iterable[Mapping[str, Any]], columns: Sequence[str], *, head: bool) -> str:
    """Rows of text, the names first where `head` says so; arrays and objects as JSON."""
    out = io.StringIO()
    writer = csv.writer(out)
    if head:
        writer.writerow(columns)
    for item in items:
        writer.writerow([_cell(item.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return encode_json(value).decode()
