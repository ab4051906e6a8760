"""Shop: products as a file, out and in again; each row of an import succeeds or fails alone."""

import csv
import io
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from dragoman.core import batches, jsontext
from dragoman.core.faults import BadValue, Missing, TooLarge
from dragoman.core.sql import Row
from dragoman.core.tx import Tx
from dragoman.dialects.console.reading import number_in
from dragoman.dialects.console.results import Download, Page
from dragoman.dialects.console.shop import minor, pieces, title
from dragoman.domains.shop import changing, products, sections, warehouses
from dragoman.domains.shop.changing import Catalog, ProductChanges, Rejected
from dragoman.wire.binding import Part
from dragoman.wire.call import Upload

LARGEST = 8 << 20
_ROWS = 5000
_STEP = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TRUTH = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}
_FINE = frozenset({changing.STORED, changing.STOCKED, changing.MOVED})
_TOLD = {
    changing.NOT_MOVED: "The section was not found; the product stays where it is.",
    changing.VARIANT_STAYS: "A variant stays in the section of its main product.",
    changing.STOCK_OFF: "Stock keeping is off.",
    changing.NO_WAREHOUSE: "The warehouse was not found.",
    changing.NO_TITLE: "A new product needs a title.",
}


class ShowImport(msgspec.Struct, frozen=True):
    """GET /edit/shop/import and /edit/shop/export."""


class Import(msgspec.Struct, frozen=True):
    """POST /edit/shop/import."""

    upload: Annotated[Upload | None, Part("file")] = None


def export(tx: Tx, ask: ShowImport) -> Download:
    """GET /edit/shop/export: every product, a column of stock for each warehouse."""
    depots, tree = warehouses.listed(tx), sections.tree(tx)
    numbers = {row.id: row.number for row in tree.by_number.values()}
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    head = ["article", "title", "section", "price", "published"]
    write.writerow([*head, *(safe(f"stock {row.key}") for row in depots)])
    start = 0
    while found := products.find(tx, products.Selection(limit=_STEP, offset=start)):
        stock = products.stock(tx, [row.id for row in found])
        for row in found:
            held = dict(stock.get(row.id, []))
            write.writerow([*_cells(row, numbers), *(str(held.get(d.id, "")) for d in depots)])
        start += _STEP
    return Download(("\ufeff" + out.getvalue()).encode(), "text/csv", "products.csv")


def _cells(row: Row, numbers: Mapping[int, int]) -> list[str]:
    published = "yes" if row.published else "no"
    cells = [
        row.article,
        title(row.title),
        numbers.get(row.section_id, ""),
        f"{row.price / 100:.2f}",
    ]
    return [safe(str(cell)) for cell in (*cells, published)]


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def show(tx: Tx, ask: ShowImport) -> Page:
    """GET /edit/shop/import"""
    return Page("shop_import.html", {"active": "shop", "title": "Import", "results": None})


def import_file(tx: Tx, ask: Import) -> Page:
    """POST /edit/shop/import: CSV or JSON, with the columns of the export."""
    if ask.upload is None or not ask.upload.size_bytes:
        raise Missing("file")
    if ask.upload.size_bytes > LARGEST:
        raise TooLarge(LARGEST)
    ask.upload.file.seek(0)
    rows = parsed(ask.upload.file.read())
    catalog = Catalog(tx)
    results = []
    for number, row in enumerate(rows, 1):
        results.append((number, row.get("article", ""), *_one(tx, row, catalog)))
    failed = [result for result in results if not result[2]]
    values = {
        "active": "shop",
        "title": "Import",
        "results": [result for result in results if result[3]],
        "stored": len(results) - len(failed),
        "failed": len(failed),
    }
    return Page("shop_import.html", values)


def parsed(body: bytes) -> list[dict[str, str]]:
    """The rows of a file: names in lower case, values as texts. Raises BadValue("file")."""
    try:
        text = body.decode("utf-8-sig")
        rows = _json(text) if text.lstrip()[:1] in ("[", "{") else _csv(text)
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError, csv.Error):
        raise BadValue("file", "unreadable") from None
    if len(rows) > _ROWS or not rows or "article" not in rows[0] or _nul(rows):
        raise BadValue("file", "rows")
    return rows


def _nul(rows: list[dict[str, str]]) -> bool:
    return any("\0" in value for row in rows for value in row.values())


def _csv(text: str) -> list[dict[str, str]]:
    first = text.partition("\n")[0]
    lines = csv.reader(
        io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    head = [_plain(name).lower() for name in next(lines, [])]
    return [dict(zip(head, map(_plain, line), strict=False)) for line in lines if any(line)]


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell


def _json(text: str) -> list[dict[str, str]]:
    held = jsontext.read(text)
    rows = held.get("products") if isinstance(held, dict) else held
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadValue("file", "rows")
    return [
        {name.lower(): _text(value) for name, value in row.items() if value is not None}
        for row in rows
    ]


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value).strip()


def _one(tx: Tx, row: Mapping[str, str], catalog: Catalog) -> tuple[bool, str]:
    """Whether a row was stored, and what there is to say."""
    held = products.by_article(tx, row.get("article", ""))
    try:
        changes = read(row, held, catalog)
        outcomes = batches.apart(tx, lambda: changing.apply(tx, changes, catalog))
    except Rejected as fault:
        return False, _TOLD.get(fault.outcome) or fault.problem or "A value cannot be used."
    except BadValue as fault:
        return False, f"{fault.field.capitalize()} cannot be used."
    told = [_TOLD.get(one, one) for one in outcomes if one not in _FINE]
    return True, " ".join(told)


def read(row: Mapping[str, str], held: Row | None, catalog: Catalog) -> ProductChanges:
    """What a row changes; an empty cell leaves a value. Raises BadValue."""
    changes: dict[str, Any] = {}
    if row.get("title") and (held is None or title(held.title) != row["title"]):
        languages = catalog.shop.languages
        changes["title"] = {"en" if "en" in languages else languages[0]: row["title"]}
    if row.get("section"):
        place = row["section"]
        number = number_in(place)
        changes["section"] = place if number is None else number
    if row.get("price"):
        changes["price"] = minor(row["price"])
    if row.get("published"):
        changes["published"] = _TRUTH.get(row["published"].lower())
        if changes["published"] is None:
            raise BadValue("published")
    depots = {f"stock {key}".lower(): key for key in catalog.warehouses}
    stock = [(depots[name], pieces(row[name])) for name in depots if row.get(name)]
    if stock:
        changes["residues"] = stock
    return ProductChanges(article=row.get("article", ""), **changes)
