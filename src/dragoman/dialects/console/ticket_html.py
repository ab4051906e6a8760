"""HTML of tickets as the thread may show it: an allow-list, and only the ticket's own pictures."""

import re
from html import unescape
from urllib.parse import quote, unquote

import nh3
from markupsafe import Markup, escape

_PICTURE = re.compile(r"/api/system/download\?file=([A-Za-z0-9._%-]+)$")
_SOURCE = re.compile(r"/api/system/download\?file=([A-Za-z0-9._%-]+)")
_TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
    "div",
}


def pictures(html: str) -> set[str]:
    """The names of the kept files that a text shows."""
    return {unquote(name) for name in _SOURCE.findall(html)}


def shown(html: str, number: int) -> Markup:
    """The text for the thread; pictures from elsewhere are left out."""
    if "<" not in html and "&" not in html:
        return Markup("<br>").join(escape(line) for line in html.split("\n"))

    def attribute(tag: str, name: str, value: str) -> str | None:
        if (tag, name) != ("img", "src"):
            return value
        found = _PICTURE.search(value)
        if found is None:
            return None
        return f"/edit/inbox/{number}/file/{quote(unquote(found[1]), safe='')}"

    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(re.sub(r"<img(?![^>]* src=)[^>]*>", "", clean))  # noqa: S704 # cleaned above


def article(html: str) -> Markup:
    """An article for its page: no pictures, for they may be shown to anybody by the desk alone."""
    clean = nh3.clean(
        html,
        tags=_TAGS - {"img"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 # cleaned above


def plain(html: str) -> str:
    """The text of a canned reply, a line a line, as `written` takes it back."""
    broken = re.sub(r"<br\s*/?>|</p>|</div>", "\n", html)
    return unescape(re.sub(r"<[^>]*>", "", broken)).strip()


def written(text: str) -> str:
    """What somebody typed, as the desk keeps it."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    return "<br>".join(str(escape(line)) for line in lines)
