"""Names of places for the map: the zones of the tz database, or a few cities without it."""

import re
from pathlib import Path

_FILES = ("/usr/share/zoneinfo/zone1970.tab", "/usr/share/zoneinfo/zone.tab")
_PLACE = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?([+-])(\d{3})(\d{2})(?:\d{2})?\Z")
_FEW = (
    (51.51, -0.13, "London"), (48.87, 2.33, "Paris"), (52.5, 13.37, "Berlin"),
    (41.9, 12.48, "Rome"), (40.4, -3.68, "Madrid"), (55.75, 37.62, "Moscow"),
    (50.43, 30.52, "Kyiv"), (47.0, 28.83, "Chisinau"), (44.43, 26.1, "Bucharest"),
    (41.02, 28.97, "Istanbul"), (40.71, -74.01, "New York"), (34.05, -118.24, "Los Angeles"),
    (-23.53, -46.62, "Sao Paulo"), (35.65, 139.74, "Tokyo"), (1.28, 103.85, "Singapore"),
    (-33.87, 151.22, "Sydney"), (30.05, 31.25, "Cairo"), (-26.25, 28.0, "Johannesburg"),
)  # fmt: skip


def parsed(text: str) -> list[tuple[float, float, str]]:
    """Latitude, longitude and name of each line of a zone table."""
    out = []
    for line in text.splitlines():
        parts = line.split("\t")
        found = _PLACE.match(parts[1]) if len(parts) > 2 and line[0] != "#" else None
        if found is None:
            continue
        lat = (int(found[2]) + int(found[3]) / 60) * (-1 if found[1] == "-" else 1)
        lon = (int(found[5]) + int(found[6]) / 60) * (-1 if found[4] == "-" else 1)
        out.append((lat, lon, parts[2].rpartition("/")[2].replace("_", " ")))
    return out


def _places() -> tuple[tuple[float, float, str], ...]:
    for name in _FILES:
        try:
            return tuple(parsed(Path(name).read_text("utf-8"))) or _FEW
        except OSError:
            continue
    return _FEW


PLACES = _places()
