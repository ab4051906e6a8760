"""What the parts of a shop fixture share: entries checked one by one, failures that name their
place.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from dragoman.core.loading import Loading
from dragoman.domains.shop import texts
from dragoman.domains.shop.settings import Shop


class Part:
    """One list of a fixture: `name` of it, the load it belongs to, the settings in force."""

    def __init__(self, name: str, loading: Loading, shop: Shop) -> None:
        self.name = name
        self.loading = loading
        self.shop = shop
        self._at: dict[int, str] = {}

    def each(
        self, entries: list[Any], key: str, members: tuple[str, ...]
    ) -> Iterator[dict[str, Any]]:
        """The entries; each must be an object with its key and no unknown members."""
        for at, entry in enumerate(entries):
            place = f"shop.{self.name}[{at}]"
            if not isinstance(entry, dict) or entry.get(key) in (None, ""):
                self.loading.fail(place, f"needs {key}")
            unknown = sorted(set(entry) - {key, *members})
            if unknown:
                self.loading.fail(f"{place}.{unknown[0]}", "unknown member")
            self._at[id(entry)] = place
            yield entry

    def place(self, entry: Mapping[str, Any]) -> str:
        """Where an entry stands."""
        return self._at.get(id(entry), f"shop.{self.name}")

    def fail(self, entry: Mapping[str, Any], problem: str) -> NoReturn:
        """Stop the load at an entry."""
        self.loading.fail(self.place(entry), problem)

    def at_ms(self, entry: Mapping[str, Any], name: str) -> int:
        """A time of an entry."""
        return self.loading.at_ms(entry[name], f"{self.place(entry)}.{name}")


def language_text(value: Any, part: Part) -> dict[str, str]:
    """Text by language; a plain text stands for all."""
    if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
        return dict(value)
    try:
        return texts.by_language(value, part.shop.languages)
    except ValueError:
        part.loading.fail(f"shop.{part.name}", "a text by language is text or an object of texts")
