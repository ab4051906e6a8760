"""Which addresses are functions of the API and which are pages. Source: spec/cartum 1, 4."""

import re

API = "/api"
LOGS = "/api/logs"
LOGIN = "/edit/login.php"
EDIT = "/edit/"
_SLASHES = re.compile(r"/{2,}")


def tidy(path: str) -> str:
    """One slash where several stand."""
    return _SLASHES.sub("/", path) if "//" in path else path


def is_page(path: str) -> bool:
    """Everything that is not below /api/, and the log page."""
    path = tidy(path).rstrip("/")
    return path == LOGS or not (path == API or path.startswith(f"{API}/"))
