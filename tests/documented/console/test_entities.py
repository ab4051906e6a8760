"""Entities: every store, form and code, refusals. Source: CONSOLE.md 3."""

import json
import re
from html import unescape

import pytest

from dragoman.core.tx import Tx
from dragoman.domains.things import items
from dragoman.domains.things.stores import STORES
from tests.documented.console.conftest import Browser, member
from tests.support.site import TestSite

OID, GROUP = "5bd1f1b3a2c4d5e6f7a8b9c0", "5bd1f1b3a2c4d5e6f7a8b9c1"
AT = f"/edit/entities/labels/{OID}"


def make(tx: Tx, store: str = "labels", oid: str = OID, **fields: object) -> None:
    """A stored item."""
    held = {"name": "North", "level": 3, "hot": True, "tags": ["a"], **fields}
    made = items.Draft(held, oid, GROUP, GROUP, [], [GROUP], event=False)
    items.create(tx, STORES[store], made)


@pytest.fixture
def label(site: TestSite) -> None:
    site.tx(make)


def opened(owner: Browser) -> tuple[str, dict[str, object]]:
    """The print and the JSON that the Code tab holds."""
    text = owner.get(f"{AT}?tab=code").text
    base = re.search(r'name="base" value="(\w+)"', text)
    code = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    assert base
    assert code
    return base[1], json.loads(unescape(code[1]))


@pytest.mark.parametrize("store", STORES)
def test_every_store_has_a_table(owner: Browser, store: str) -> None:
    assert owner.get(f"/edit/entities/{store}").status == 200


@pytest.mark.parametrize("tab", ["form", "code", "history", "access", "nonsense"])
def test_every_tab_opens(owner: Browser, label: None, tab: str) -> None:
    answer = owner.get(f"{AT}?tab={tab}")
    assert (answer.status, "North" in answer.text) == (200, True)


@pytest.mark.parametrize("at", ["/edit/entities/nothing", "/edit/entities/labels/x"])
def test_what_is_not_there_is_not_found(owner: Browser, at: str) -> None:
    assert owner.get(at).status == 404


def test_code_is_saved_and_what_is_fixed_stays(owner: Browser, label: None) -> None:
    base, body = opened(owner)
    changed = {**body, "name": "South", "owner": "mine", "_id": "mine"}
    changed.pop("tags")
    answer = owner.post(f"{AT}/code", {"base": base, "code": json.dumps(changed)})
    assert answer.status == 303
    _, after = opened(owner)
    assert (after["name"], after["owner"], after["_id"]) == ("South", GROUP, OID)
    assert "tags" not in after


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ('{\n "a": 1,\n "bcd": ]\n}', "Line 3, column 9: expected a value"),
        ("", "Line 1, column 1: expected a value"),
        ("[1]", "expected an object"),
        ('{"a": NaN}', "no JSON number"),
        ('{"a": "\\u0000"}', "U+0000"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_bad_code_is_refused(owner: Browser, label: None, code: str, told: str) -> None:
    base, body = opened(owner)
    answer = owner.post(f"{AT}/code", {"base": base, "code": code})
    assert (answer.status, told in answer.text) == (400, True)
    assert opened(owner) == (base, body)


def test_a_change_in_between_is_told(owner: Browser, label: None) -> None:
    base, body = opened(owner)
    form = {"base": base, "code": json.dumps({**body, "name": "One"})}
    assert owner.post(f"{AT}/code", form).status == 303
    assert owner.post(f"{AT}/code", form).status == 409


def test_the_form_saves_its_fields(owner: Browser, label: None) -> None:
    base, _ = opened(owner)
    pairs = [("field", "name"), ("value", "East"), ("field", "level"), ("value", "4")]
    assert owner.post(AT, [("base", base), *pairs]).status == 303
    _, after = opened(owner)
    assert (after["name"], after["level"], after["hot"]) == ("East", 4, True)


@pytest.mark.parametrize("role", ["viewer", "integrator", "owner"])
@pytest.mark.parametrize("tab", ["?tab=form", "?tab=code", "?tab=history", ""])
def test_secrets_are_shown_to_those_who_may_write_only(site: TestSite, role: str, tab: str) -> None:
    secret = {"auth": {"password": "hush-hush", "list": [{"apiKey": "hush-hush"}]}}
    site.tx(lambda tx: make(tx, config=secret))
    member(site, "reader@example.com", role)
    reader = Browser(site)
    reader.sign_in("reader@example.com")
    at = f"{AT}{tab}" if tab else "/edit/entities/labels?columns=config"
    answer = reader.get(at)
    assert answer.status == 200
    if role != "owner":
        assert "hush-hush" not in answer.text
    elif tab != "?tab=history":
        assert "hush-hush" in answer.text


def test_text_of_several_lines_keeps_its_line_breaks(site: TestSite, owner: Browser) -> None:
    site.tx(lambda tx: make(tx, note="one\ntwo"))
    base, body = opened(owner)
    assert "<textarea" in owner.get(AT).text
    answer = owner.post(
        AT, [("base", base), ("field", "note"), ("value", "one\r\ntwo"), ("field", "name"),
             ("value", "South")],
    )  # fmt: skip
    assert answer.status == 303
    _, after = opened(owner)
    assert (after["note"], after["name"]) == ("one\ntwo", "South")
    assert body["note"] == "one\ntwo"


def _carried(text: str) -> dict[str, object]:
    code = re.search(r'name="code" (?:value="([^"]*)"|[^>]*>\n(.*?)</textarea>)', text, re.DOTALL)
    assert code
    found = json.loads(unescape(code[1] or code[2]))
    assert isinstance(found, dict)
    return found


def test_form_and_code_edit_one_value(owner: Browser, label: None) -> None:
    base, body = opened(owner)
    pairs = [("field", "name"), ("value", "East"), ("field", "hot"), ("value", "false")]
    code = owner.post(f"{AT}/carry", [("base", base), ("to", "code"), *pairs])
    assert (code.status, "Not saved yet" in code.text) == (200, True)
    carried = _carried(code.text)
    assert carried == {**body, "name": "East", "hot": False}
    carried["tags"] = ["b", "c"]
    form = {"base": base, "to": "form", "code": json.dumps(carried)}
    back = owner.post(f"{AT}/carry", form)
    assert 'value="East"' in back.text
    assert _carried(back.text)["tags"] == ["b", "c"]
    assert opened(owner) == (base, body)  # nothing was saved on the way
    saved = [("base", base), ("code", json.dumps(carried)), ("field", "name"), ("value", "West")]
    assert owner.post(AT, saved).status == 303
    _, after = opened(owner)
    assert (after["name"], after["hot"], after["tags"]) == ("West", False, ["b", "c"])


def test_code_that_cannot_be_read_stays_code(owner: Browser, label: None) -> None:
    base, body = opened(owner)
    broken = {"base": base, "to": "form", "code": '{\n "a": }'}
    answer = owner.post(f"{AT}/carry", broken)
    assert answer.status == 200
    assert "Line 2, column 7: expected a value" in answer.text
    assert "{\n &#34;a&#34;: }</textarea>" in answer.text
    assert opened(owner) == (base, body)


def test_refused_text_is_kept_without_script(owner: Browser, label: None) -> None:
    base, body = opened(owner)
    answer = owner.post(f"{AT}/code", {"base": base, "code": '{"name": '})
    assert (answer.status, "{&#34;name&#34;: </textarea>" in answer.text) == (400, True)
    form = {"base": base, "code": json.dumps({**body, "name": "One"})}
    assert owner.post(f"{AT}/code", form).status == 303
    late = owner.post(f"{AT}/code", form)
    assert (late.status, "Somebody else has changed this entity" in late.text) == (409, True)
    assert "&#34;One&#34;" in late.text
    swapped = owner.post(f"{AT}/code", form, headers={"x-fragment": "main"})
    assert (swapped.status, swapped.json["message"] != "") == (409, True)


def test_a_name_typed_again_deletes(site: TestSite, owner: Browser, label: None) -> None:
    for wrong in ("", "north", "South"):
        assert owner.post(f"{AT}/delete", {"confirm": wrong}).status == 400
    member(site, "reader@example.com", "viewer")
    reader = Browser(site)
    reader.sign_in("reader@example.com")
    assert reader.post(f"{AT}/delete", {"confirm": "North"}).status == 403
    assert owner.get(AT).status == 200
    answer = owner.post(f"{AT}/delete", {"confirm": "North"})
    assert (answer.status, answer.headers["location"]) == (303, "/edit/entities/labels")
    assert owner.get(AT).status == 404


def test_stores_with_rules_of_their_own_delete_nothing(site: TestSite, owner: Browser) -> None:
    site.tx(lambda tx: make(tx, "groups", tagname="north"))
    at = f"/edit/entities/groups/{OID}"
    assert owner.post(f"{at}/delete", {"confirm": "North"}).status == 400
    assert owner.get(at).status == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("field=level&is=3", "North"),
        ("field=level&is=4", "South"),
        ("field=hot&is=true", "North South"),
        ("field=tags&is=a", "North South"),
        ("field=config.rate&is=7", "South"),
        ("field=config.rate&is=", "North"),
        ("field=name&is=South&q=sou", "South"),
        ("field=name&is=South&q=nor", ""),
        ("field=na'me&is=x", ""),
    ],
)
def test_a_field_chooses(site: TestSite, owner: Browser, query: str, found: str) -> None:
    site.tx(make)
    south = {"name": "South", "level": 4, "config": {"rate": 7}}
    site.tx(lambda tx: make(tx, oid=f"{OID[:-1]}9", **south))
    text = owner.get(f"/edit/entities/labels?columns=name&{query}").text
    names = [name for name in ("North", "South") if f"<td>{name}</td>" in text]
    assert " ".join(names) == found


@pytest.mark.parametrize("text", ["[" * 3000, "9" * 25, "9" * 400, "1e999", "NaN", "'", "{"])
def test_a_field_of_no_entity_chooses_none(owner: Browser, label: None, text: str) -> None:
    answer = owner.get(f"/edit/entities/labels?columns=name&field=level&is={text}")
    assert answer.status == 200
    assert "<td>North</td>" not in answer.text


def test_a_path_that_is_too_long_is_refused(owner: Browser) -> None:
    path = ".".join("a" * 20)
    assert owner.get(f"/edit/entities/labels?field={path}&is=1").status == 400


def test_the_palette_finds_objects(site: TestSite, owner: Browser) -> None:
    site.tx(lambda tx: make(tx, "models", f"{OID[:-1]}1", base=OID))
    site.tx(lambda tx: make(tx, "objects", id="truck-7", name="Seven", model=f"{OID[:-1]}1"))
    for text in ("truck-7", "seve"):
        hits = owner.get(f"/edit/palette?q={text}").json
        assert hits == [
            {"label": "Seven", "kind": "Object · truck-7", "to": f"/edit/devices/{OID}"}
        ]
