"""Addresses of our own, as links."""

from urllib.parse import urlsplit

from dragoman.wire.call import Call


def address(call: Call) -> str:
    """Path and query of a call, as a link."""
    found = call.query_string.decode("latin-1")
    return f"{call.path}?{found}" if found else call.path


def local(back: str) -> str:
    """An address of our own to return to, else empty: `/edit/...` or `/api/logs/...`, nothing
    else.
    """
    if "\\" in back or not back.isascii() or not back.isprintable() or back.startswith("//"):
        return ""
    try:
        parts = urlsplit(back)
    except ValueError:
        return ""
    inside = parts.path.startswith(("/edit/", "/api/logs")) or parts.path == "/edit"
    if parts.scheme or parts.netloc or not inside or ".." in parts.path:
        return ""
    return back
