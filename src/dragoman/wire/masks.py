"""Secrets out of what the request log keeps: masked when the row is written, so that no page could
show them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from dragoman.wire.call import Headers

HIDDEN = "***"
_HEADERS = frozenset(
    {b"authorization", b"cookie", b"set-cookie", b"proxy-authorization", b"x-csrf"}
)
_ADDRESSES = frozenset({b"referer", b"location"})
_SCHEMES = frozenset({b"basic", b"bearer", b"digest", b"token", b"jwt"})
_BLANKS = b" \t\r\n\xef\xbb\xbf"  # a byte order mark too
_MOST_PAIRS = 5000
_KEEP_FROM = 16
_FEW, _KEPT = 4, 200


class Masks:
    """What is secret in one dialect: member names (any depth, any case) and headers beyond the
    common ones.
    """

    def __init__(self, fields: Iterable[str], headers: Iterable[str] = ()) -> None:
        self.fields = frozenset(name.lower() for name in fields)
        self.headers_hidden = _HEADERS | {name.lower().encode() for name in headers}
        names = b"|".join(sorted(re.escape(name.encode()) for name in self.fields)) or b"(?!)"
        self._names = tuple(sorted(name.encode() for name in self.fields))
        self._looked_at = self.headers_hidden | _ADDRESSES
        self._seen: dict[Headers, tuple[str, str]] = {}
        self._xml = re.compile(
            rb"<((?:[\w.-]+:)?(?:" + names + rb"))(\s[^>]*)?(?<!/)>.*?(</(?:[\w.-]+:)?(?:" + names
            + rb")\s*>|\Z)", re.IGNORECASE | re.DOTALL,
        )  # fmt: skip
        self._attribute = re.compile(
            rb"(\s(?:[\w.-]+:)?(?:" + names + rb")\s*=\s*)(\"[^\"]*\"?|'[^']*'?)", re.IGNORECASE
        )

    def headers(self, headers: Headers) -> str:
        """`name: value` lines."""
        names = [name.lower() for name, _ in headers]
        if not self._looked_at.isdisjoint(names):
            headers = [
                (name, self._header(lower, value))
                for lower, (name, value) in zip(names, headers, strict=True)
            ]
        return b"\n".join([name + b": " + value for name, value in headers]).decode("latin-1")

    def _header(self, lower: bytes, value: bytes) -> bytes:
        if lower in self.headers_hidden:
            return _hidden_header(value)
        return self._address(value) if lower in _ADDRESSES and b"?" in value else value

    def _address(self, value: bytes) -> bytes:
        path, mark, query = value.partition(b"?")
        return path + mark + self.query(query).encode("latin-1", "replace")

    def sent_headers(self, headers: Headers) -> tuple[str, str]:
        """The same for an answer's own headers, of which a dialect has few different ones; and the
        media type.
        """
        try:
            return self._seen[headers]
        except (KeyError, TypeError):
            shown = self.headers(headers), media_kind(headers)
        if isinstance(headers, tuple) and len(headers) < _FEW and len(self._seen) < _KEPT:
            self._seen[headers] = shown
        return shown

    def _hinted(self, body: bytes) -> bool:
        """Whether a secret's name may stand in it; a search of folded bytes beats a caseless
        pattern.
        """
        if b"\\" in body and b"\\u" in body:
            return True
        folded = body.lower()
        return any(map(folded.__contains__, self._names))

    def query(self, query: bytes) -> str:
        """A query string or urlencoded body."""
        if not query:
            return ""
        if b"%" not in query and not self._hinted(query):
            return query.decode("utf-8", "replace")
        if query.count(b"&") > _MOST_PAIRS:
            return f"[{len(query)} bytes]"
        pairs = parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace"
        )
        if not any(self._is_secret(name) for name, _ in pairs):
            return query.decode("utf-8", "replace")
        return urlencode(
            [
                (name, masked(name, value) if self._is_secret(name) else value)
                for name, value in pairs
            ]
        )

    def body(self, body: bytes, kind: str, size: int, extra: frozenset[str] = frozenset()) -> str:
        """A body as the log keeps it; what is no text becomes a note with its size.

        extra: names that are secret in this row only.
        """
        if not body:
            return ""
        form, textual = _kind(kind)
        if form and body.lstrip(_BLANKS)[:1] not in (b"{", b"[", b"<"):
            return self.query(body) + _cut_note(body, size)
        if not textual:
            return f"[{size} bytes of {kind.partition(';')[0]}]"
        if "\0" in (text := body.decode("utf-8", "replace")):
            return f"[{size} bytes]"
        if extra or self._hinted(body):
            text = self._masked_text(body, text, extra)
        return text + _cut_note(body, size)

    def _masked_text(self, body: bytes, text: str, extra: frozenset[str]) -> str:
        first = body.lstrip(_BLANKS)[:1]
        if first == b"<":
            body = self._xml.sub(rb"<\1\2>***\3", body)
            return self._attribute.sub(rb'\1"***"', body).decode("utf-8", "replace")
        try:
            value = msgspec.json.decode(body.lstrip(_BLANKS))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._before_secret(body, extra)
        if self._hide(value, extra):
            return msgspec.json.encode(value).decode()
        return text

    def _before_secret(self, body: bytes, extra: frozenset[str]) -> str:
        """What stands before the first secret of a text whose grammar is not known, or broken."""
        folded = body.lower()
        marks = (b"\\u", b"%", *self._names, *(name.lower().encode() for name in extra))
        places = [at for mark in marks if (at := folded.find(mark)) >= 0]
        if not places:
            return body.decode("utf-8", "replace")
        return f"{body[: min(places)].decode('utf-8', 'replace')}{HIDDEN}[the rest is not shown]"

    def _hide(self, value: Any, extra: frozenset[str]) -> bool:
        found = False
        if isinstance(value, dict):
            for name, item in value.items():
                if self._is_secret(name) or name in extra:
                    found = True  # even where it is null: the name may stand there twice
                    if isinstance(item, (str, int, float)):
                        value[name] = masked(name, str(item))
                    elif item is not None:
                        value[name] = HIDDEN
                else:
                    found = self._hide(item, extra) or found
        elif isinstance(value, list):
            for item in value:
                found = self._hide(item, extra) or found
        return found

    def _is_secret(self, name: str) -> bool:
        name = name.lower()
        return name in self.fields or name.rpartition("[")[2].rstrip("]") in self.fields


@lru_cache(128)
def _kind(kind: str) -> tuple[bool, bool]:
    """Whether a media type is a form's, and whether it is text; no type at all may be text."""
    return (
        kind.startswith("application/x-www-form-urlencoded"),
        not kind or any(part in kind for part in ("json", "xml", "text/", "urlencoded")),
    )


def media_kind(headers: Headers) -> str:
    """The Content-Type in lower case, parameters and all; empty without one."""
    for name, value in headers:
        if name.lower() == b"content-type":
            return value.decode("latin-1").lower()
    return ""


def masked(name: str, value: str) -> str:
    """What is left of a secret: four characters of a long token, nothing of a password."""
    if "pass" in name.lower() or len(value) < _KEEP_FROM:
        return HIDDEN
    return value[:4] + HIDDEN


def _hidden_header(value: bytes) -> bytes:
    scheme, found, _ = value.partition(b" ")
    return scheme + b" ***" if found and scheme.lower() in _SCHEMES else b"***"


def _cut_note(body: bytes, size: int) -> str:
    return f"\n[cut: {size} bytes in all]" if size > len(body) else ""
