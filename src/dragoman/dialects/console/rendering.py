"""Templates and static files: read once, from the package."""

import datetime
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from dragoman.core.clock import iso_z, now_ms, to_datetime
from dragoman.dialects.console import charts, pretty
from dragoman.dialects.console.systems import SYSTEMS
from dragoman.domains.console import roles

_HERE = Path(__file__).parent
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000))


class Assets:
    """Every static file under one hash of them all."""

    def __init__(self, folder: Path) -> None:
        self._files = {
            path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()
        }
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(name.encode() + b"\0" + content + b"\0")
        self.hash = digest.hexdigest()[:12]

    def find(self, hash: str, name: str) -> tuple[str, bytes] | None:
        """(media type, bytes), when hash and name are right."""
        content = self._files.get(name) if hash == self.hash else None
        if content is None:
            return None
        return _KINDS.get(Path(name).suffix, "application/octet-stream"), content

    def sizes(self) -> Mapping[str, int]:
        """Bytes by name."""
        return {name: len(content) for name, content in self._files.items()}


ASSETS = Assets(_HERE / "static")


def number(value: float | None, digits: int = 0) -> str:
    """`23,970`; a dash for none."""
    return "–" if value is None else f"{value:,.{digits}f}"


def duration(value_us: float | None) -> str:
    """`0.4 ms`, `17 ms`, `1.2 s`, `4 min`, `2.0 h`, `3.1 d`, from microseconds."""
    if value_us is None:
        return "–"
    for unit, unit_us in (("d", 86_400e6), ("h", 3_600e6), ("min", 60e6)):
        if value_us >= unit_us:
            return f"{value_us / unit_us:.{0 if unit == 'min' else 1}f} {unit}"
    if value_us < 10_000:
        return f"{value_us / 1000:.1f} ms"
    return f"{value_us / 1000:.0f} ms" if value_us < 1_000_000 else f"{value_us / 1e6:.1f} s"


def size(value: int) -> str:
    """`1,777 B`, `12.3 KB`, `4.0 MB`."""
    if value < 10_000:
        return f"{value:,} B"
    return f"{value / 1024:,.1f} KB" if value < 1 << 20 else f"{value / (1 << 20):,.1f} MB"


def ago(at_ms: int | None) -> str:
    """`just now`, `4 min ago`, `in 2 h`, then the date."""
    if at_ms is None:
        return "never"
    passed = now_ms() - at_ms
    for unit, unit_ms in _UNITS:
        if abs(passed) >= unit_ms:
            if unit == "d" and abs(passed) > 60 * unit_ms:
                return f"{to_datetime(at_ms):%-d %b %Y}"
            count = abs(passed) // unit_ms
            return f"{count} {unit} ago" if passed > 0 else f"in {count} {unit}"
    return "just now"


def when(at_ms: int | None) -> str:
    """`21 November 2026, 23:00:54 UTC`."""
    return "never" if at_ms is None else f"{to_datetime(at_ms):%-d %B %Y, %H:%M:%S} UTC"


def clock(at_ms: int) -> str:
    """`23:00:54`, with the day when it was another one."""
    at = to_datetime(at_ms)
    today = datetime.datetime.now(datetime.UTC).date() == at.date()
    return f"{at:%H:%M:%S}" if today else f"{at:%-d %b %H:%M:%S}"


def time_tag(at_ms: int | None, form: str = "ago") -> Markup:
    """A `<time>` that shows one form and holds the exact instant."""
    if at_ms is None:
        return Markup('<span class="dim">never</span>')
    shown = {"ago": ago, "clock": clock, "when": when}[form](at_ms)
    tag = '<time datetime="{}" title="{}" data-form="{}">{}</time>'
    return Markup(tag).format(  # noqa: S704 # a constant; format escapes
        iso_z(at_ms), when(at_ms), form, shown
    )


def query(address: str, values: Mapping[str, Any], **changes: Any) -> str:
    """An address with parameters; what is empty is left out."""
    merged = {
        name: value for name, value in {**values, **changes}.items() if value not in ("", None)
    }
    return f"{address}?{urlencode(merged, doseq=True)}" if merged else address


def initials(name: str) -> str:
    """`AL` of Anna Lindqvist."""
    words = name.replace("@", " ").replace(".", " ").split()
    if not words:
        return "?"
    return (words[0][0] + (words[1][0] if len(words) > 1 else words[0][1:2])).upper()


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
    )
    made.filters.update(
        number=number, duration=duration, size=size, initials=initials, json=pretty.highlighted,
    )  # fmt: skip
    made.globals.update(
        time=time_tag, query=query, systems=SYSTEMS, charts=charts, role_titles=roles.TITLES,
        static=f"/edit/static/{ASSETS.hash}",
    )  # fmt: skip
    return made


ENVIRONMENT = _environment()


def render(template: str, values: Mapping[str, Any]) -> bytes:
    """A template with values, as UTF-8."""
    return ENVIRONMENT.get_template(template).render(values).encode("utf-8", "replace")
