"""HTML as it is stored: what may run is taken out, the rest is balanced XHTML. Source: 3.1."""

import re
from html.parser import HTMLParser

import nh3

_TAGS = {
    "p", "br", "hr", "div", "span", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins",
    "small", "big", "sub", "sup", "tt", "code", "pre", "kbd", "samp", "var", "q", "cite", "abbr",
    "acronym", "dfn", "blockquote", "center", "font", "h1", "h2", "h3", "h4", "h5", "h6", "ul",
    "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "col",
    "colgroup", "caption", "a", "img", "address", "bdo",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "title", "style", "align"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "font": {"color"},
    "bdo": {"dir"},
    "ol": {"start", "type"},
    "table": {"width", "border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "width", "height", "valign"},
    "th": {"colspan", "rowspan", "width", "height", "valign"},
    "col": {"span", "width"},
    "blockquote": {"cite"},
    "q": {"cite"},
}
_SCHEMES = {"http", "https", "mailto", "ftp", "nntp", "news", "tel"}
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    strip_comments=True,
    link_rel=None,
    url_schemes=_SCHEMES,
)
_VOID = frozenset({"br", "hr", "img", "col"})
_PLAIN = re.compile(r"[^<>&\r]*\Z")
_SAFE_STYLES = frozenset(
    {
        "color", "background-color", "font-family", "font-size", "font-style", "font-weight",
        "font-variant", "text-align", "text-decoration", "text-indent", "text-transform",
        "line-height", "letter-spacing", "word-spacing", "white-space", "vertical-align", "width",
        "height", "max-width", "max-height", "min-width", "min-height", "margin", "margin-top",
        "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right",
        "padding-bottom", "padding-left", "border", "border-top", "border-right", "border-bottom",
        "border-left", "border-color", "border-style", "border-width", "border-collapse",
        "border-spacing", "caption-side", "clear", "float", "list-style", "list-style-type",
        "list-style-position", "table-layout",
    }
)  # fmt: skip
_STYLE_VALUE = re.compile(r"[A-Za-z0-9#%.,\-+ !'\"()]*\Z")
_COLOURS = {
    "aqua": "#00FFFF", "black": "#000000", "blue": "#0000FF", "fuchsia": "#FF00FF",
    "gray": "#808080", "green": "#008000", "lime": "#00FF00", "maroon": "#800000",
    "navy": "#000080", "olive": "#808000", "orange": "#FFA500", "purple": "#800080",
    "red": "#FF0000", "silver": "#C0C0C0", "teal": "#008080", "white": "#FFFFFF",
    "yellow": "#FFFF00",
}  # fmt: skip


def clean(html: str) -> str:
    """The text as it may be stored and shown."""
    if _PLAIN.match(html):
        return html
    writer = _Xhtml()
    writer.feed(_cleaner.clean(html))
    writer.close()
    return "".join(writer.out)


def strip_tags(html: str) -> str:
    """The text without its tags."""
    return re.sub(r"<[^>]*>", "", html) if "<" in html else html


class _Xhtml(HTMLParser):
    """Writes what nh3 left as XHTML: void elements closed, styles and pictures by the rules."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "style" in given:
            style = _style(given.pop("style"))
            if style:
                given["style"] = style
        if "color" in given:
            given["color"] = _COLOURS.get(given["color"].lower(), given["color"])
        if tag == "img":
            if not given.get("src"):
                return
            given.setdefault("alt", given["src"].rstrip("/").rpartition("/")[2])
        shown = "".join(f' {name}="{_attribute(value)}"' for name, value in given.items())
        self.out.append(f"<{tag}{shown}{' /' if tag in _VOID else ''}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(data.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _attribute(value: str) -> str:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value.replace('"', "&quot;")


def _style(text: str) -> str:
    out = []
    for part in text.split(";"):
        name, found, value = part.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not found or not value or name not in _SAFE_STYLES or not _STYLE_VALUE.match(value):
            continue
        lowered = value.lower()
        if "url" in lowered or "expression" in lowered:
            continue
        if name.endswith("color"):
            value = _COLOURS.get(lowered, value)
        out.append(f"{name}:{value};")
    return "".join(out)
