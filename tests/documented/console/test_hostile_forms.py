"""Every form of the table with what must not work: forged, foreign, oversize, hostile text.

New rows of `endpoints.py` are covered as soon as they are there. Source: issue 5, CONSOLE.md 6.
"""

from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from dragoman.core import tables
from dragoman.core.tx import Tx
from dragoman.dialects.console.endpoints import ENDPOINTS
from dragoman.domains.content import components, spaces, trees
from dragoman.domains.content.components import NewComponent
from dragoman.wire.binding import Given, Path, Query
from dragoman.wire.endpoint import Endpoint
from tests.documented.console.conftest import Browser, member
from tests.support.site import TestSite

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
RAW = ("<script>alert(1)", "<img src=x onerror", ">49<")
FORMS = [one for one in ENDPOINTS if one.method == "POST" and "signs in" not in one.flags]
PAGES = [one for one in ENDPOINTS if one.method == "GET" and not one.writes]
IDS = [one.path for one in FORMS]
FORGED: list[tuple[str | None, dict[str, str]]] = [
    ("", {}),
    ("x" * 32, {}),
    ("\u0000", {}),
    (None, {"sec-fetch-site": "cross-site"}),
    (None, {"sec-fetch-site": "same-site"}),
    (None, {"sec-fetch-site": "none"}),
]
BAD_VALUES = (
    "",
    "0",
    "-1",
    "9" * 30,
    "1e309",
    "\u0000",
    "../../etc/passwd",
    "null",
    "\ufeff",
    "[[[",
)


def _names(endpoint: Endpoint) -> list[tuple[str, Any]]:
    """The fields of a form: names as sent, with their types."""
    struct = get_type_hints(endpoint.handler, include_extras=True)["ask"]
    found = []
    for field in msgspec.structs.fields(struct):
        hint = get_type_hints(struct, include_extras=True)[field.name]
        marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        if field.name != "prepared" and not any(
            isinstance(mark, Given | Path | Query) for mark in marks
        ):
            found.append((field.encode_name, hint))
    return found


def _at(path: str, value: str) -> str:
    while "{" in path:
        start, rest = path.split("{", 1)
        path = start + value + rest.split("}", 1)[1]
    return path


def _state(tx: Tx) -> tuple[Any, ...]:
    newest = tx.scalar(
        tables.changes.select()
        .with_only_columns(tables.changes.c.id)
        .order_by(tables.changes.c.id.desc())
        .limit(1)
    )
    return newest, len(tx.all(tables.credentials.select())), len(tx.all(tables.sessions.select()))


@pytest.fixture
def filled(owner: Browser, site: TestSite) -> Browser:
    """The owner, with a space and a component that forms can hit by the ids 1 and 2."""

    def work(tx: Tx) -> None:
        space = spaces.create(tx, "Main")
        root = trees.by_key(tx, space, "root", drafts=True).id
        components.create(
            tx,
            NewComponent(
                space_id=space, parent_id=root, key="home", kind="page", name="Home", content=""
            ),
        )

    site.tx(work)
    return owner


def test_forged_forms_change_nothing(filled: Browser, site: TestSite) -> None:
    other = Browser(site)
    other.sign_in()
    right, foreign = filled.csrf, other.csrf
    before = site.look(_state)
    for endpoint in FORMS:
        form = {name: "x" for name, _ in _names(endpoint)}
        for token, headers in [*FORGED, (foreign, {})]:
            sent = right if token is None else token
            answer = filled.post(_at(endpoint.path, "1"), form, csrf=sent, headers=headers)
            assert answer.status == 403, (endpoint.path, token, headers)
    assert site.look(_state) == before


def test_nobody_and_a_role_without_rights_change_nothing(filled: Browser, site: TestSite) -> None:
    member(site, "viewer@livada.example", "viewer")
    viewer, nobody = Browser(site), Browser(site)
    viewer.sign_in(login="viewer@livada.example")
    token, before = viewer.csrf, site.look(_state)
    for endpoint in FORMS:
        form = {name: "1" for name, _ in _names(endpoint)}
        path = _at(endpoint.path, "1")
        assert nobody.post(path, form, csrf=token).status in (302, 303, 401, 403), path
        if endpoint.access.endswith(":write"):
            assert viewer.post(path, form, csrf=token).status == 403, path
    assert site.look(_state) == before


def test_oversize_forms_change_nothing(filled: Browser, site: TestSite) -> None:
    token, before = filled.csrf, site.look(_state)
    for endpoint in FORMS:
        if endpoint.max_body is None:  # the others take files of up to 50 MiB
            form = {name: "x" * (3 << 20) for name, _ in _names(endpoint)[:1]}
            form.setdefault("more", "x" * (3 << 20))
            answer = filled.post(_at(endpoint.path, "1"), form, csrf=token)
            assert answer.status in (403, 413), (endpoint.path, answer.status)
    assert site.look(_state) == before


@pytest.mark.parametrize("endpoint", FORMS, ids=IDS)
def test_hostile_text_is_refused_or_harmless(
    filled: Browser, site: TestSite, endpoint: Endpoint
) -> None:
    names = [name for name, _ in _names(endpoint)]
    for id in ("1", "2"):
        answer = filled.post(_at(endpoint.path, id), dict.fromkeys(names, HOSTILE))
        assert answer.status < 500, (id, answer)
        _harmless(answer)
    for id in ("0", "-1", "9" * 30, "%00", "%ff", "..%2f..", "x" * 300):
        answer = filled.post(_at(endpoint.path, id), dict.fromkeys(names, "x"))
        assert answer.status < 500, (id, answer)
    for value in BAD_VALUES:
        answer = filled.post(_at(endpoint.path, "2"), dict.fromkeys(names, value))
        assert answer.status < 500, (value, answer)
    if "console" not in filled.cookies or filled.get("/edit/help").status != 200:
        filled.sign_in()
    for page in ("/edit/", "/edit/content/1?id=2", "/edit/users", "/edit/settings/audit"):
        _harmless(filled.get(page))


def _harmless(answer: Any) -> None:
    if "sandbox" in answer.headers.get("content-security-policy", ""):
        return  # foreign HTML, in a frame without scripts
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert not [text for text in RAW if text in answer.text]


def test_hostile_addresses_are_refused_or_harmless(filled: Browser, site: TestSite) -> None:
    for endpoint in PAGES:
        struct = get_type_hints(endpoint.handler)["ask"]
        names = [field.encode_name for field in msgspec.structs.fields(struct)]
        for value in ("%3Cscript%3Ealert(1)%3C/script%3E", "%00", "%ff", "-1", "9" * 30, "%F0%9F"):
            query = "&".join(f"{name}={value}" for name in names)
            answer = filled.get(f"{_at(endpoint.path, '1')}?{query}")
            assert answer.status < 500, (endpoint.path, value, answer)
            _harmless(answer)
            answer = filled.get(_at(endpoint.path, value))
            assert answer.status < 500, (endpoint.path, value, answer)
            _harmless(answer)
