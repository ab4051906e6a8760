"""Reading the body, and the envelope of every answer. Source: spec/altcraft 1.3-1.7, 2."""

from typing import Any

import msgspec

from dragoman.core.faults import Fault, Malformed, Unbuilt, Unsupported, WrongType
from dragoman.core.files import Files
from dragoman.core.sql import Row, encode_json
from dragoman.dialects.altcraft import spreadsheets, xml
from dragoman.dialects.altcraft.refusals import REFUSALS
from dragoman.domains.profiles.values import LooseText
from dragoman.wire import forms, steps
from dragoman.wire.call import Headers, Reply, Stream
from dragoman.wire.endpoint import unwritten
from dragoman.wire.exchange import Exchange
from dragoman.wire.refusals import row_for


class FileBody(msgspec.Struct, frozen=True):
    """A stored file, sent in parts."""

    files: Files
    row: Row


_QUICK = frozenset(
    {
        "token", "format", "db_id", "matching", "email", "phone", "resource_id", "trigger_id",
        "workflow_id",
    }
)  # fmt: skip
FORMATS = ("json", "xml")
_FORM_TYPE = "application/x-www-form-urlencoded"
_BOM = b"\xef\xbb\xbf"
_XML_TYPES = ("application/xml", "text/xml")
_JSON_HEAD: Headers = ((b"Content-Type", b"application/json; charset=utf-8"),)
_XML_HEAD: Headers = ((b"Content-Type", b"application/xml; charset=utf-8"),)
_RETRY: Headers = ((b"Retry-After", b"1"),)
_DONE = {"error": 0, "error_text": "Successful operation"}


def route(ex: Exchange) -> None:
    """An unknown path, another method, and what is not built yet: all the same to the caller."""
    steps.route(ex)
    if ex.endpoint.handler is unwritten:  # type: ignore[union-attr] # `route` looked
        raise Unbuilt(ex.call.path)


def content_type(ex: Exchange) -> None:
    """JSON in UTF-8, or XML. Raises Unsupported."""
    if _is_download(ex):
        return
    kind, charset = _declared(ex)
    if _is_quick(ex) and (kind == _FORM_TYPE or (not kind and not ex.call.body)):
        return
    enabled = ex.dialect.options.xml_enabled
    if kind == "application/json":
        if charset not in ("", "utf-8", "utf8"):
            raise Unsupported("charset", charset)
    elif kind not in _XML_TYPES or not enabled:
        raise Unsupported("media type", kind)


def _declared(ex: Exchange) -> tuple[str, str]:
    kind, _, rest = ex.call.headers.get("content-type", "").partition(";")
    charset = ""
    for part in rest.split(";"):
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def body(ex: Exchange) -> None:
    """The parameters. Raises Malformed, TooLarge."""
    steps.bounded(ex)
    if _is_quick(ex):
        _quick_body(ex)
    elif not _is_download(ex):
        ex.fields = _read(ex)


def _quick_body(ex: Exchange) -> None:
    """Flat parameters from the query, a form or a body; what is none of its own is a field."""
    sent: dict[str, Any] = {name: LooseText(value) for name, value in ex.call.query_pairs()}
    if _declared(ex)[0] in ("", _FORM_TYPE):
        sent |= {name: LooseText(value) for name, value in forms.of(ex.call).fields}
    else:
        sent |= _read(ex)
    if any("\x00" in value for value in sent.values() if isinstance(value, str)):
        raise Malformed("nul")
    if "referer" in ex.call.headers:
        sent.setdefault("_regurl", ex.call.headers["referer"])
    data = {name: value for name, value in sent.items() if name not in _QUICK}
    ex.fields = {name: value for name, value in sent.items() if name in _QUICK} | {"data": data}


def _read(ex: Exchange) -> dict[str, Any]:
    content = ex.call.body
    if _declared(ex)[0] in _XML_TYPES:
        return xml.parsed(content)
    content = content.removeprefix(_BOM)
    if not content.strip():
        raise Malformed("empty")
    return steps.json_object(content)


def format_known(ex: Exchange) -> None:
    """An unknown `format` is refused. Raises WrongType."""
    sent = _format_sent(ex)
    if sent == "csv" and "csv" in ex.endpoint.flags:  # type: ignore[union-attr] # `route` looked
        return
    if sent is not None and sent not in FORMATS:
        raise WrongType("format", "json or xml")


def _format_sent(ex: Exchange) -> Any:
    sent = ex.fields.get("format")
    return (
        sent if sent is not None else ex.call.query.get("format") if ex.call.query_string else None
    )


def _in_xml(ex: Exchange) -> bool:
    sent = _format_sent(ex)
    if sent in FORMATS:
        return bool(sent == "xml")
    accept = ex.call.headers.get("accept", "")
    if accept and accept != "*/*":
        for part in accept.lower().split(","):
            kind = part.partition(";")[0].strip()
            if kind in _XML_TYPES:
                return True
            if kind == "application/json":
                break
    return _declared(ex)[0] in _XML_TYPES


def encode(ex: Exchange) -> Reply:
    """Success."""
    kept: Reply | None = ex.memo.get("reply")
    if kept is not None:
        return kept
    if isinstance(ex.result, FileBody):
        return _file(ex.result)
    if _format_sent(ex) == "csv":  # `format_known` let it pass
        ex.result["data"] = _as_text(ex.result["data"])
    return answer(ex, {**_DONE, **ex.result})


def _file(result: FileBody) -> Reply:
    row, files = result.row, result.files
    headers = (
        (b"Content-Type", row.media_type.encode()),
        (b"Content-Disposition", f'attachment; filename="{row.name}"'.encode()),
        (b"X-Content-Type-Options", b"nosniff"),
    )
    stream = Stream(row.size_bytes, lambda: files.stream(row.path))
    return Reply(200, headers, stream, foreign=True)


def _as_text(items: list[dict[str, Any]]) -> str:
    """Items as one text of comma-separated rows; an empty one ends the reading."""
    if not items:
        return ""
    return spreadsheets.lines(items, spreadsheets.columns_of(items, ("xxh",)), head=True)


def answer(ex: Exchange, members: dict[str, Any], *, headers: Headers = ()) -> Reply:
    """The envelope in the format that was chosen."""
    code = members["error"]
    mirror = _mirrors(ex)
    outcome = "success" if code == 0 else "server_error" if code == 500 else "client_error"
    status = code if mirror and code else 200
    shown = str(code)
    if _in_xml(ex):
        return Reply(status, (*_XML_HEAD, *headers), xml.written(members), outcome, shown)
    head = _JSON_HEAD if not headers else (*_JSON_HEAD, *headers)
    return Reply(status, head, encode_json(members), outcome, shown)


def _is_quick(ex: Exchange) -> bool:
    return ex.endpoint is not None and "quick" in ex.endpoint.flags


def _is_download(ex: Exchange) -> bool:
    return ex.endpoint is not None and "download" in ex.endpoint.flags


def _mirrors(ex: Exchange) -> bool:
    options = ex.dialect.options
    return options.http_status == "mirror" or _is_quick(ex) or _is_download(ex)


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """A failure."""
    members = refused(fault)
    mirror = _mirrors(ex)
    if members["error"] == 435 and _is_quick(ex):  # the vendor's codes
        members["error"] = 409
    again = members["error"] == 429 and mirror  # the vendor's code
    return answer(ex, members, headers=_RETRY if again else ())


def refused(fault: Fault) -> dict[str, Any]:
    """Code and text of a fault; of a batch's item too."""
    row = row_for(REFUSALS, fault)
    return {"error": row.code, "error_text": row.message(fault)}


def crash(ex: Exchange) -> Reply:
    """500 without detail."""
    reply = answer(ex, {"error": 500, "error_text": "Internal service error"})
    reply.status = 500 if ex.endpoint is None else reply.status
    return reply
