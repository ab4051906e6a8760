"""Where the site is, for addresses that are written into stored text."""

from collections.abc import Mapping

import msgspec


class Place(msgspec.Struct, frozen=True):
    """public_url: used while the setting `url` is empty."""

    public_url: str

    def url(self, settings: Mapping[str, str | None]) -> str:
        """The site's address without a trailing slash."""
        return (settings.get("url") or self.public_url).rstrip("/")
