"""Secrets out of what the request log keeps: masked when the row is written, so that no page could show them."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from dragoman.wire.call import Headers

HIDDEN = "***"
_HEADERS = frozenset(
    {b"authorization", b"cookie", b"set-cookie", b"proxy-authorization", b"x-csrf"}
)
_KEEP_FROM = 16


class Masks:
    """What is secret in one dialect: member names (any depth, any case) and headers beyond the common ones."""

    def __init__(self, fields: Iterable[str], headers: Iterable[str] = ()) -> None:
        self.fields = frozenset(name.lower() for name in fields)
        self.headers_hidden = _HEADERS | {name.lower().encode() for name in headers}
        names = b"|".join(sorted(re.escape(name.encode()) for name in self.fields)) or b"(?!)"
        self._hint = re.compile(names + rb"|\\u|%", re.IGNORECASE)
        self._xml = re.compile(rb"<(" + names + rb")(\s[^>]*)?>[^<]*<", re.IGNORECASE)
        self._loose = re.compile(
            rb'("(?:' + names + rb')"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^,}\s]+)', re.IGNORECASE
        )

    def headers(self, headers: Headers) -> str:
        """`name: value` lines."""
        hidden = self.headers_hidden
        lines = [
            name + b": " + (_hidden_header(value) if name.lower() in hidden else value)
            for name, value in headers
        ]
        return b"\n".join(lines).decode("latin-1")

    def query(self, query: bytes) -> str:
        """A query string or urlencoded body."""
        if not query:
            return ""
        if not self._hint.search(query):
            return query.decode("utf-8", "replace")
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
        if kind.startswith("application/x-www-form-urlencoded"):
            return self.query(body) + _cut_note(body, size)
        if "json" not in kind and "xml" not in kind and not kind.startswith("text/") and kind:
            return f"[{size} bytes of {kind.partition(';')[0]}]"
        if "\0" in (text := body.decode("utf-8", "replace")):
            return f"[{size} bytes]"
        if extra or self._hint.search(body):
            text = self._masked_text(body, text, extra)
        return text + _cut_note(body, size)

    def _masked_text(self, body: bytes, text: str, extra: frozenset[str]) -> str:
        if body.lstrip()[:1] in (b"{", b"["):
            try:
                value = msgspec.json.decode(body)
            except (msgspec.MsgspecError, RecursionError):
                return self._loose.sub(rb'\1"***"', body).decode("utf-8", "replace")
            if self._hide(value, extra):
                return msgspec.json.encode(value).decode()
            return text
        return self._xml.sub(rb"<\1\2>***<", body).decode("utf-8", "replace")

    def _hide(self, value: Any, extra: frozenset[str]) -> bool:
        found = False
        if isinstance(value, dict):
            for name, item in value.items():
                if isinstance(item, (str, int, float)) and (self._is_secret(name) or name in extra):
                    value[name] = masked(name, str(item))
                    found = True
                else:
                    found = self._hide(item, extra) or found
        elif isinstance(value, list):
            for item in value:
                found = self._hide(item, extra) or found
        return found

    def _is_secret(self, name: str) -> bool:
        name = name.lower()
        return name in self.fields or name.rpartition("[")[2].rstrip("]") in self.fields


def masked(name: str, value: str) -> str:
    """What is left of a secret: of a long token its first four characters, of a password nothing."""
    if "pass" in name.lower() or len(value) < _KEEP_FROM:
        return HIDDEN
    return value[:4] + HIDDEN


def _hidden_header(value: bytes) -> bytes:
    scheme, found, _ = value.partition(b" ")
    return scheme + b" ***" if found and scheme.isalpha() else b"***"


def _cut_note(body: bytes, size: int) -> str:
    return f"\n[cut: {size} bytes in all]" if size > len(body) else ""
