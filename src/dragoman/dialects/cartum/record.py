"""One record of catalog/import as changes of a product. Source: spec/cartum 5.1, 6."""

import datetime
from collections.abc import Callable
from typing import Any

from dragoman.core.clock import from_datetime
from dragoman.dialects.cartum import catalog, product, reading
from dragoman.domains.shop import texts
from dragoman.domains.shop.changing import NAME_LENGTH, UNUSABLE, Pictures, ProductChanges, Rejected

_COUNTS = ("popularity", "guarantee_length", "multiplicity", "minimal_order")


def read(
    record: dict[str, Any], article: str, languages: list[str], main_warehouse: str
) -> ProductChanges:
    """The changes that a record asks for; null counts as not given. Raises Rejected for unusable
    values.
    """
    found: dict[str, Any] = {}
    details: dict[str, Any] = {}
    for name, value in record.items():
        if value is None:
            continue
        try:
            if name in _READERS:
                attribute, reader = _READERS[name]
                found[attribute] = reader(value)
            elif name == "title":
                found["title"] = texts.by_language(value, languages)
            elif name == "residues":
                found["residues"] = _residues(value, main_warehouse)
            elif name == "slug":
                if reading.boolean(record.get("forceAliasUpdate") or False):
                    found["slug"] = reading.string(value)
            else:
                _detail(name, value, languages, details)
        except (ValueError, OverflowError):
            raise Rejected(UNUSABLE, name, f"{name} is not valid") from None
    return ProductChanges(article=article, details=details, **found)


def _detail(name: str, value: Any, languages: list[str], details: dict[str, Any]) -> None:
    if name in product.TEXTS:
        details[name] = texts.by_language(value, languages)
    elif name in product.PLAIN and name != "uktzed":  # uktzed cannot be imported
        details[name] = reading.string(value)
    elif name in _COUNTS:
        details[name] = _count(value)
    elif name in product.INSTALMENTS:
        details[name] = _number_of(value)


def _count(value: Any) -> int | float:
    if isinstance(value, str):
        value = float(value.strip().replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1 << 53:
        raise ValueError
    return int(value) if value == int(value) else value


def _number_of(value: Any) -> int:
    if isinstance(value, dict):
        value = value.get("id")
    number = reading.integer(value)
    if not 1 <= number <= 1000:
        raise ValueError
    return number


def _name(value: Any) -> str | int | None:
    """A title, `{"id": n}`, or `[]` and an empty text for none."""
    if isinstance(value, dict):
        return reading.integer(value.get("id"))
    if value == []:
        return None
    text = reading.string(value).strip()
    if len(text) > NAME_LENGTH:
        raise ValueError
    return text or None


def _required_name(value: Any) -> str | int:
    name = _name(value)
    if name is None:
        raise ValueError
    return name


def _presence(value: Any) -> str | int:
    """Text or id; ids come as numbers or as text of digits too."""
    try:
        return reading.integer(value)
    except ValueError:
        return _required_name(value)


def _place(value: Any) -> str | int:
    """A path, `{"id": n}` or a number."""
    if isinstance(value, dict):
        if "id" not in value and isinstance(value.get("value"), str):
            return str(value["value"])
        return reading.integer(value.get("id"))
    if isinstance(value, int):
        return reading.integer(value)
    return reading.string(value)


def _places(value: Any) -> list[str | int]:
    one = isinstance(value, dict) or not isinstance(value, list)
    return [_place(item) for item in ([value] if one else value) if item not in (None, "")]


def _pictures(value: Any) -> Pictures:
    if isinstance(value, (list, str)):
        value = {"links": value}
    if not isinstance(value, dict):
        raise ValueError
    links = [reading.string(link) for link in reading.listed(value.get("links") or [])]
    override = value.get("override")
    return Pictures(links, True if override is None else reading.boolean(override))


def _gallery_360(value: Any) -> Pictures:
    if isinstance(value, dict) and reading.boolean(value.get("removeAll") or False):
        return Pictures([], True)
    found = _pictures(value)
    return Pictures(found.links, override=False)


def _titles(value: Any) -> list[str]:
    """Icons: by title only, digits are a title too."""
    out = []
    for item in reading.listed(value):
        if isinstance(item, dict):
            item = next((text for text in _values(item) if text), "")
        text = reading.string(item).strip()
        if len(text) > NAME_LENGTH:
            raise ValueError
        if text:
            out.append(text)
    return out


def _values(item: dict[str, Any]) -> list[Any]:
    value = item.get("value", item.get("title"))
    return list(value.values()) if isinstance(value, dict) else [value]


def _marketplaces(value: Any) -> list[str]:
    if isinstance(value, list):
        return _titles(value)
    return _titles([part for part in reading.string(value).split(";") if part.strip()])


def _linked(value: Any) -> list[tuple[str, str | int]]:
    out: list[tuple[str, str | int]] = []
    for item in reading.listed(value):
        if isinstance(item, dict) and "page" in item:
            out.append(("section", _place(item["page"])))
        elif isinstance(item, dict):
            out.append(("product", reading.string(item.get("article"))))
        else:
            out.append(("product", reading.string(item)))
    return out


def _characteristics(value: Any) -> dict[str, list[str] | str]:
    """Texts and lists of texts; what has another shape changes nothing."""
    out: dict[str, list[str] | str] = {}
    for key, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, list) and all(_is_text(part) for part in item):
            out[key] = [str(part) for part in item]
        elif _is_text(item):
            out[key] = str(item)
    return out


def _is_text(value: Any) -> bool:
    kind = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return kind and len(str(value)) <= NAME_LENGTH


def _residues(value: Any, main: str) -> list[tuple[str, int | None]]:
    """`office` is the main warehouse."""
    out: list[tuple[str, int | None]] = []
    for entry in [value] if isinstance(value, dict) else reading.listed(value):
        if not isinstance(entry, dict):
            out.append((main, None))
            continue
        name = reading.lenient_text(entry.get("warehouse")) or main
        name = main if name == "office" else name
        out.append((name, catalog.quantity_of(entry.get("quantity"))))
    return out


def _wholesale(value: Any) -> list[tuple[int, int]]:
    out = []
    for entry in reading.listed(value):
        if not isinstance(entry, dict):
            raise ValueError
        threshold = reading.integer(entry.get("minimal_threshold"))
        if threshold < 0:
            raise ValueError
        out.append((threshold, texts.minor(entry.get("price"))))
    return out


def _countdown(value: Any) -> int | None:
    text = reading.string(value).strip()
    if not text or text == product.NO_COUNTDOWN:
        return None
    moment = datetime.datetime.fromisoformat(text)
    if moment.year < 1970:
        raise ValueError
    return from_datetime(moment)


_READERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "parent_article": ("parent_article", reading.string),
    "parent": ("section", _place),
    "alt_parent": ("other_sections", _places),
    "display_in_showcase": ("published", reading.boolean),
    "price": ("price", texts.minor),
    "price_old": ("price_old", texts.minor),
    "discount": ("discount_hundredths", texts.percent_hundredths),
    "currency": ("currency", reading.string),
    "brand": ("brand", _name),
    "color": ("color", _name),
    "presence": ("presence", _presence),
    "images": ("images", _pictures),
    "gallery_common": ("gallery_common", _pictures),
    "gallery_360": ("gallery_360", _gallery_360),
    "icons": ("icons", _titles),
    "export_to_marketplace": ("marketplaces", _marketplaces),
    "accessories": ("accessories", _linked),
    "gifts": ("gifts", _linked),
    "characteristics": ("characteristics", _characteristics),
    "wholesale_prices": ("wholesale", _wholesale),
    "countdown_end_time": ("countdown_ms", _countdown),
}
