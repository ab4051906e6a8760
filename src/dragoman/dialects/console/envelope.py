"""From results and faults to answers, every one with the security headers. Source: CONSOLE.md 6."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from dragoman.core.faults import Fault, NoSuchPath, TooMany, Unauthenticated
from dragoman.core.sql import encode_json
from dragoman.dialects.console import auth, navigation, rendering
from dragoman.dialects.console.auth import Member, Stale
from dragoman.dialects.console.places import address, local
from dragoman.dialects.console.refusals import REFUSALS, SignInFailed, WrongPassword
from dragoman.dialects.console.results import (
    Asset,
    Data,
    Download,
    Foreign,
    Nothing,
    Page,
    Redirect,
    SignedIn,
    SignedOut,
)
from dragoman.wire import forms, steps
from dragoman.wire.call import Call, Headers, Reply, Upload, set_cookie
from dragoman.wire.exchange import Exchange
from dragoman.wire.refusals import row_for

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types console"
)
SANDBOX = (
    "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
_COMMON: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b""),
)
_STRICT: Headers = ((b"content-security-policy", POLICY.encode()), *_COMMON)
_KEPT_NOWHERE = (b"cache-control", b"no-store")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_FLASH = "console-told"
_MOST_TOLD = 300
_LONGEST = 4000  # of an address: what was typed comes back in it, and a head has bounds
_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def read_body(ex: Exchange) -> None:
    """The form's fields by name, repeats as lists; the first file part of each name stays an
    upload.
    """
    steps.bounded(ex)
    if ex.call.method in auth.SAFE:
        return
    form = forms.of(ex.call)
    fields: dict[str, Any] = {}
    for name, value in form.fields:
        held = fields.get(name)
        if held is None:
            fields[name] = value
        elif isinstance(held, list):
            held.append(value)
        else:
            fields[name] = [held, value]
    ex.fields = fields


def bind_uploads(ex: Exchange) -> None:
    """File parts that bring a name or bytes; a part left empty counts as none."""
    for field in ex.binder.parts if ex.binder is not None else ():
        found = [
            one
            for one in forms.of(ex.call).uploads
            if one.field == field.name and (one.name or one.size_bytes)
        ]
        if field.kind == list[Upload]:
            ex.values[field.attribute] = found
        elif found:
            ex.values[field.attribute] = found[0]


def encode(ex: Exchange) -> Reply:
    """The reply for a result."""
    return _SHAPES[type(ex.result)](ex, ex.result)


def context(ex: Exchange) -> dict[str, Any]:
    """What every template may use."""
    call, member = ex.call, ex.actor if isinstance(ex.actor, Member) else None
    wanted = [part for part in call.headers.get("x-fragment", "").split(",") if part]
    return {
        "member": member,
        "csrf": member.csrf if member is not None else "",
        "groups": navigation.shown(member),
        "counts": ex.memo.get("counts", {}),  # beside entries of the left bar
        "organisation": ex.memo.get("organisation") or ex.dialect.options.organisation,
        "theme": member.theme if member is not None else "system",
        "told": unquote(call.cookies.get(_FLASH, ""))[:_MOST_TOLD],
        "here": address(call),
        "layout": "bare.html" if wanted else "shell.html",
        "wanted": wanted,
        "params": call.query,
    }


def _page(ex: Exchange, result: Page) -> Reply:
    values = {**context(ex), **result.values}
    headers = [*_STRICT, _KEPT_NOWHERE, _HTML, *result.headers]
    if values["told"] and not result.part:
        headers.append(_told_cookie("", ex.call))
    body = rendering.render(result.template, values)
    return Reply(result.status, headers, body)


def _redirect(ex: Exchange, result: Redirect) -> Reply:
    to = result.to if len(result.to) <= _LONGEST else result.to.partition("?")[0][:_LONGEST]
    headers = [*_STRICT, _KEPT_NOWHERE, (b"location", to.encode("latin-1", "replace"))]
    if result.told:
        headers.append(_told_cookie(result.told, ex.call))
    return Reply(result.status, [*headers, *result.headers])


def _told_cookie(told: str, call: Call) -> tuple[bytes, bytes]:
    age, secure = 30 if told else 0, "; Secure" if call.scheme == "https" else ""
    shown = quote(told[:_MOST_TOLD])
    text = f"{_FLASH}={shown}; Path=/edit; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"
    return b"set-cookie", text.encode()


def _nothing(ex: Exchange, result: Nothing) -> Reply:
    return Reply(204, [*_STRICT, _KEPT_NOWHERE])


def _data(ex: Exchange, result: Data) -> Reply:
    kind = (b"content-type", b"application/json; charset=utf-8")
    return Reply(200, [*_STRICT, _KEPT_NOWHERE, kind], encode_json(result.value))


def _asset(ex: Exchange, result: Asset) -> Reply:
    found = rendering.ASSETS.find(result.hash, result.name)
    if found is None:
        raise NoSuchPath(ex.call.path)
    kind, body = found
    age = (b"cache-control", b"public, max-age=31536000, immutable")
    return Reply(200, [*_STRICT, age, (b"content-type", kind.encode())], body)


def _download(ex: Exchange, result: Download) -> Reply:
    inline = result.inline and result.media_type in _INLINE
    name = quote(result.name.replace("/", "_"), safe="")
    shown = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{name}"
    headers = [
        (b"content-security-policy", b"sandbox; default-src 'none'"),
        *_COMMON,
        _KEPT_NOWHERE,
        (b"content-type", result.media_type.encode("latin-1", "replace")),
        (b"content-disposition", shown.encode()),
    ]
    return Reply(200, headers, result.body)


def _foreign(ex: Exchange, result: Foreign) -> Reply:
    headers = [(b"content-security-policy", SANDBOX.encode()), *_COMMON, _KEPT_NOWHERE, _HTML]
    return Reply(200, headers, result.body.encode("utf-8", "replace"))


def _signed_in(ex: Exchange, result: SignedIn) -> Reply:
    secure = ex.call.scheme == "https"
    cookie = set_cookie(auth.cookie_name(ex.call), result.secret, secure=secure)
    headers = ((b"set-cookie", cookie.encode()),)
    return _redirect(ex, Redirect(result.to, headers=headers, status=302))


def _signed_out(ex: Exchange, result: SignedOut) -> Reply:
    secure = ex.call.scheme == "https"
    cookie = set_cookie(auth.cookie_name(ex.call), "", secure=secure, max_age_s=0)
    headers = ((b"set-cookie", cookie.encode()),)
    return _redirect(ex, Redirect("/edit/login.php", "You are signed out.", headers=headers))


_SHAPES: dict[type, Callable[[Exchange, Any], Reply]] = {
    Page: _page,
    Redirect: _redirect,
    Nothing: _nothing,
    Data: _data,
    Asset: _asset,
    Download: _download,
    Foreign: _foreign,
    SignedIn: _signed_in,
    SignedOut: _signed_out,
}


def refuse(fault: Fault, ex: Exchange) -> Reply:
    """A page that says what to do next; JSON for our modules; the sign-in page where it helps."""
    if isinstance(fault, (SignInFailed, WrongPassword)):
        auth.failed(ex)
    row = row_for(REFUSALS, fault)
    if callable(row):
        row = row(fault)
    message = row.message(fault)
    if "x-fragment" in ex.call.headers:
        return _told_to_module(fault, ex, row.status, message)
    shape = _sign_in if isinstance(fault, Unauthenticated) else _confirm if _asks(fault) else None
    reply = shape(fault, ex, message) if shape is not None else _error(ex, row, message)
    reply.code = type(fault).__name__
    if isinstance(fault, TooMany):
        reply.headers = (*reply.headers, (b"retry-after", str(fault.retry_after_s).encode()))
    return reply


def _asks(fault: Fault) -> bool:
    return isinstance(fault, (Stale, WrongPassword))


def _told_to_module(fault: Fault, ex: Exchange, status: int, message: str) -> Reply:
    asks = ""
    if isinstance(fault, Unauthenticated):
        asks = f"/edit/login.php?back={quote(_came_from(ex))}"
    elif isinstance(fault, Stale):
        asks = f"/edit/confirm?back={quote(_came_from(ex))}"
    value = {"message": message, "field": getattr(fault, "field", ""), "asks": asks}
    kind = (b"content-type", b"application/json; charset=utf-8")
    reply = Reply(status, [*_STRICT, _KEPT_NOWHERE, kind], encode_json(value))
    reply.code = type(fault).__name__
    return reply


def _came_from(ex: Exchange) -> str:
    """The page that a refused form stands on, or the refused page itself."""
    if ex.call.method in auth.SAFE and "x-fragment" not in ex.call.headers:
        return local(address(ex.call)) or "/edit/"
    parts = urlsplit(ex.call.headers.get("referer", ""))
    found = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return local(found) or "/edit/"


def _sign_in(fault: Fault, ex: Exchange, message: str) -> Reply:
    if not isinstance(fault, SignInFailed):
        to = f"/edit/login.php?back={quote(_came_from(ex))}"
        return _redirect(ex, Redirect(to, status=302 if ex.call.method in auth.SAFE else 303))
    fields = ex.fields
    values = {"login": fields.get("login", ""), "back": fields.get("back", ""), "problem": message}
    return _page(ex, Page("login.html", values, 401))


def _confirm(fault: Fault, ex: Exchange, message: str) -> Reply:
    if isinstance(fault, Stale):
        return _redirect(ex, Redirect(f"/edit/confirm?back={quote(_came_from(ex))}"))
    back = str(ex.fields.get("back", ""))
    return _page(ex, Page("confirm.html", {"back": back, "problem": message}, 403))


def _error(ex: Exchange, row: Any, message: str) -> Reply:
    values = {"title": row.title, "message": message, "status": row.status, "back": _came_from(ex)}
    reply = _page(ex, Page("error.html", values, row.status))
    if row.status == 405:
        reply.headers = (*reply.headers, (b"allow", ", ".join(ex.allowed).encode()))
    return reply


def crash(ex: Exchange) -> Reply:
    """A page without detail, and without the database."""
    page = rendering.ENVIRONMENT.get_template("crash.html").render(request_id=ex.request_id)
    return Reply(500, [*_STRICT, _KEPT_NOWHERE, _HTML], page.encode())
