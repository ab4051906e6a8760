"""Text as the database compares it: folded, trimmed, free of U+0000."""

import unicodedata


def fold(value: str) -> str:
    """Caseless form for searching and uniqueness (SQLite's own lower() knows ASCII only)."""
    if value.isascii():
        return value.lower()
    plain = unicodedata.normalize("NFD", value).casefold()
    return unicodedata.normalize("NFC", plain)


def fold_accents(value: str) -> str:
    """`fold`, and accents removed: `Café` -> `cafe`."""
    if value.isascii():
        return value.lower()
    parts = unicodedata.normalize("NFKD", value).casefold()
    parts = unicodedata.normalize("NFKD", parts).casefold()
    return "".join(mark for mark in parts if not unicodedata.combining(mark))


def storable(value: str) -> str:
    """Text that both databases take: without U+0000 and halves of surrogate pairs."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def fold_email(value: str) -> str:
    """An address as it is compared: trimmed and caseless."""
    return fold(value.strip())


def has_nul(value: object) -> bool:
    """Whether a decoded JSON value holds U+0000 anywhere, keys included; PostgreSQL cannot store
    it.
    """
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            if "\0" in here:
                return True
        elif isinstance(here, dict):
            waiting.extend(here)
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return False
