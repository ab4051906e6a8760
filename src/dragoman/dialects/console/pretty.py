"""Stored text made readable: JSON indented and coloured, on the server, every part escaped."""

import re

import msgspec
from markupsafe import Markup, escape

_LONGEST = 64 << 10
_TOKEN = re.compile(
    r'("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b'
)


def indented(text: str) -> str:
    """JSON with two spaces a level; other text as it is."""
    if text[:1] not in ("{", "["):
        return text
    try:
        return msgspec.json.format(text, indent=2)
    except msgspec.MsgspecError:
        return text


def highlighted(text: str) -> Markup:
    """Indented JSON with classes for keys, texts and numbers; what is no JSON, or is long, without
    colours.
    """
    shown = indented(text)
    if shown[:1] not in ("{", "[") or len(shown) > _LONGEST:
        return escape(shown)
    out, at = [], 0
    for match in _TOKEN.finditer(shown):
        out.append(str(escape(shown[at : match.start()])))
        text_part, colon, number, word = match.groups()
        kind = "jk" if colon else "js" if text_part else "jn"
        inner = escape(text_part or number or word)
        out.append(f'<span class="{kind}">{inner}</span>{colon or ""}')
        at = match.end()
    out.append(str(escape(shown[at:])))
    return Markup("".join(out))  # noqa: S704 # every part was escaped above
