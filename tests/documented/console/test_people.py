"""People: the list and one person. Source: CONSOLE.md 3 People."""

import re
from urllib.parse import quote

import msgspec
import pytest
import sqlalchemy as sa

from dragoman.core import tables as core
from dragoman.core.tx import Tx
from dragoman.domains.desk import users
from dragoman.domains.profiles import profiles, segments, tables
from dragoman.domains.profiles.access import Viewer
from dragoman.domains.profiles.profiles import Rules, Write
from dragoman.domains.profiles.values import Operation
from dragoman.domains.shop import customers
from dragoman.domains.shop.tables import shop_customers, shop_orders
from dragoman.domains.things.tables import thing_items
from tests.documented.console.conftest import OWNER, Browser, member
from tests.support.site import TestSite


def test_list_and_person(site: TestSite, owner: Browser) -> None:
    site.tx(lambda tx: users.guest(tx, name="Mira <b>K", email="Mira@example.com"))
    assert "mira@example.com" in owner.get("/edit/people?q=MIRA").text
    assert "mira@example.com" not in owner.get("/edit/people?q=nobody").text
    page = owner.get("/edit/people/MIRA@example.com")
    assert page.status == 200
    assert "Mira &lt;b&gt;K" in page.text
    assert "No record in Shop" in page.text
    assert owner.post("/edit/people/mira@example.com/export").json["name"] == "Mira <b>K"
    assert "people.exported" in owner.get("/edit/settings/audit").text


@pytest.mark.parametrize("address", ["/edit/people", "/edit/inbox"])
@pytest.mark.parametrize("number", ["0", "-1", "x", "²", "100000", "9" * 9, "000000001" + "9" * 30])
def test_a_page_far_away_is_the_first(owner: Browser, address: str, number: str) -> None:
    page = owner.get(f"{address}?page={quote(number)}")
    assert page.status == 200
    assert not re.search(">(Previous|Newer)<", page.text)


def test_rights(site: TestSite, owner: Browser) -> None:
    member(site, "op@livada.example", "operator")
    operator = Browser(site)
    operator.sign_in("op@livada.example")
    assert operator.get("/edit/people").status == 403
    assert operator.post(f"/edit/people/{OWNER}/export").status == 403


MIRA = "/edit/people/mira@example.com"


def known_everywhere(tx: Tx) -> str:
    """Mira in shop, profiles and desk. Returns the profile's oid."""
    users.guest(tx, name="Mira K", email="Mira@example.com")
    id = customers.put(tx, "mira@example.com", {"name": "Mira K", "phone": "+40740112201"})
    tx.insert(
        shop_orders,
        {"number": 7001, "customer_id": id, "created_ms": tx.now_ms, "status": 1, "currency": "EUR",
         "recipient": {"name": "Mira K"}, "total_default": 100, "total_sum": 100,
         "total_quantity": 1},
    )  # fmt: skip
    tx.insert(
        tables.databases,
        {"number": 71, "name": "Mail", "description": "", "tags": [], "groups": [], "fields": []},
    )
    wanted = Write(database=71, system={"email": Operation("set", "mira@example.com")})
    return profiles.write(tx, Viewer(frozenset({0})), Rules(), wanted)


def test_erase(site: TestSite, owner: Browser) -> None:
    site.tx(known_everywhere)
    assert "Type mira@example.com to erase" in owner.get(MIRA).text
    assert owner.post(f"{MIRA}/erase", {"confirm": "other"}).status == 400
    assert site.tx(lambda tx: customers.by_email(tx, "mira@example.com")) is not None
    assert owner.post(f"{MIRA}/erase", {"confirm": "MIRA@example.com"}).status == 303
    assert "mira@example.com" not in owner.get("/edit/people?q=mira").text.split('id="found"')[1]
    held = site.tx(lambda tx: tx.first(shop_customers.select()))
    assert held is not None
    assert (held.name, held.phone) == ("Erased", "")
    order = site.tx(lambda tx: tx.first(shop_orders.select()))
    assert order is not None
    assert (order.recipient, order.total_sum) == ({}, 100)
    assert site.tx(lambda tx: tx.all(tables.profiles.select())) == []
    assert "erased.invalid" not in owner.get("/edit/people").text
    assert "people.erased" in owner.get("/edit/settings/audit").text
    assert owner.post(f"{MIRA}/erase", {"confirm": "mira@example.com"}).status == 404


def test_export_holds_everything(site: TestSite, owner: Browser) -> None:
    site.tx(known_everywhere)
    held = owner.post(f"{MIRA}/export").json
    assert (held["customer"]["phone"], held["orders"][0]["number"]) == ("+40740112201", 7001)
    assert held["orders"][0]["lines"] == []
    assert held["profiles"][0]["email"] == "mira@example.com"
    assert (held["user"]["name"], held["tickets"], held["devices"]) == ("Mira K", [], [])
    assert "verify_token" not in held["user"]
    assert held["editor"] is None


def test_more_devices_than_shown(site: TestSite, owner: Browser) -> None:
    def own(tx: Tx) -> None:
        row = {one.name: "" for one in thing_items.c if one.name != "id" and not one.nullable}
        row |= {name: 1 for name in row if not isinstance(thing_items.c[name].type, sa.Text)}
        row |= {"hidden": False, "body": msgspec.Raw(b"{}"), "store": "users", "oid": "f" * 24}
        tx.insert(thing_items, {**row, "mail": "mira@example.com"})
        for n in range(101):
            mine = {"store": "objects", "owner": "f" * 24, "oid": f"{n:024}"}
            tx.insert(thing_items, {**row, **mine})

    site.tx(own)
    text = owner.get(MIRA).text
    assert "<b>101</b>" in text
    assert "The first 100 of 101." in text
    assert len(owner.post(f"{MIRA}/export").json["devices"]) == 101


def holding(tx: Tx, pattern: str) -> list[str]:
    """Tables with a text anywhere in a row, whatever its case."""
    found = re.compile(pattern, re.IGNORECASE)
    return [
        table.name
        for table in core.metadata.sorted_tables
        if any(found.search(str(tuple(row))) for row in tx.all(sa.select(table)))
    ]


def test_nothing_keeps_an_erased_address(site: TestSite, owner: Browser) -> None:
    site.tx(known_everywhere)
    site.tx(lambda tx: customers.put(tx, "xmira@example.com", {"name": "Other"}))
    row = dict.fromkeys((one.name for one in core.request_log.c if one.name != "id"), "")
    row |= dict.fromkeys(("at_ms", "status", "duration_us", "request_bytes", "response_bytes"), 1)
    body = '{"email":"Mira@example.com","name":"Mira K"}'
    row |= {"account_id": None, "path": "/p/mira%40example.com/x", "request_body": body}
    site.tx(lambda tx: tx.insert(core.request_log, row))
    assert {"changes", "request_log", "profiles"} <= set(site.tx(lambda tx: holding(tx, "mira@")))
    assert owner.post(f"{MIRA}/erase", {"confirm": "mira@example.com"}).status == 303
    assert site.tx(lambda tx: holding(tx, r"(?<!x)mira(@|%40)")) == []
    assert site.tx(lambda tx: holding(tx, "mira k")) == []
    made = sa.select(core.request_log).where(core.request_log.c.path != "/edit/login.php")
    logged = site.tx(lambda tx: tx.first(made.order_by(core.request_log.c.id)))
    assert logged is not None
    assert (logged.path, logged.request_body) == ("/p/(erased)/x", "(erased)")
    kept = site.tx(lambda tx: holding(tx, "xmira@example.com"))
    assert kept == ["changes", "shop_customers"]  # another person's history is whole
    assert owner.get("/edit/settings/audit").status == 200
    mine = [row for row in site.tx(lambda tx: tx.all(sa.select(core.changes))) if row.facts]
    rows = [row for row in mine if row.event == "shop_customers.updated"]
    assert [(row.before, row.after, row.facts) for row in rows] == [(None, None, {"erased": True})]


def test_edit_field(site: TestSite, owner: Browser) -> None:
    oid = site.tx(known_everywhere)
    form = {"oid": oid, "field": "city", "value": "Ia<b>i"}
    assert owner.post(f"{MIRA}/field", form).status == 303
    assert "Ia&lt;b&gt;i" in owner.get(MIRA).text


@pytest.mark.parametrize("name", ["email", "nothing", "a" * 5000, "<b>"])
def test_bad_field(site: TestSite, owner: Browser, name: str) -> None:
    oid = site.tx(known_everywhere)
    assert owner.post(f"{MIRA}/field", {"oid": oid, "field": name, "value": "x"}).status == 400
    form = {"oid": "0" * 24, "field": "city", "value": "x"}
    assert owner.post(f"{MIRA}/field", form).status == 404


def test_erase_needs_the_right(site: TestSite, visitor: Browser) -> None:
    site.tx(known_everywhere)
    member(site, "op@livada.example", "operator")
    visitor.sign_in("op@livada.example")
    answer = visitor.post(f"{MIRA}/erase", {"confirm": "mira@example.com"})
    assert answer.status == 403
    assert site.tx(lambda tx: customers.by_email(tx, "mira@example.com")) is not None


CUSTOM = [
    {"name": "points", "title": "Points", "type": "int"},
    {"name": "vip", "title": "VIP", "type": "bool"},
    {"name": "until", "title": "Until", "type": "date"},
    {"name": "likes", "title": "Likes", "type": "tags"},
    {"name": "garden", "title": "Garden", "type": "enum",
     "values": [{"number": 1, "key": "b", "title": "Balcony"}]},
    {"name": "place", "title": "Place", "type": "object"},
]  # fmt: skip


def a_database(tx: Tx, number: int, addresses: list[str]) -> list[str]:
    """A database of profiles with these; their oids."""
    tx.insert(
        tables.databases,
        {"number": number, "name": f"Base {number}", "description": "", "tags": [], "groups": [],
         "fields": CUSTOM},
    )  # fmt: skip
    system = [{"email": Operation("set", one)} for one in addresses]
    return [
        profiles.write(tx, EVERYBODY, Rules(), Write(database=number, system=one)) for one in system
    ]


EVERYBODY = Viewer(frozenset({0}))


def listed(page: str) -> list[str]:
    """Addresses of the list, in its order."""
    return re.findall(r'href="/edit/people/([^"?]+)">', page.split('id="found"')[1])


def a_segment(tx: Tx, number: int, kind: str, rules: list[dict[str, object]]) -> int:
    """A segment of a database; its number."""
    database = tx.first(sa.select(tables.databases).where(tables.databases.c.number == number))
    facts = {"name": f"{kind} of {number}", "kind": kind, "rules": rules}
    return segments.create(tx, EVERYBODY, database, facts, [])


def test_people_of_a_database_and_of_a_segment(site: TestSite, owner: Browser) -> None:
    site.tx(lambda tx: a_database(tx, 71, [f"p{at:03}@one.example" for at in range(60)]))
    site.tx(lambda tx: a_database(tx, 72, ["b@two.example", "a@two.example", "c@two.example"]))
    rule = [{"queries": [{"field": "email", "operator": "equal", "value": "c@two.example"}]}]
    dynamic = site.tx(lambda tx: a_segment(tx, 72, segments.DYNAMIC, rule))
    static = site.tx(lambda tx: a_segment(tx, 72, segments.STATIC, []))
    ids = site.look(lambda tx: tx.all(sa.select(tables.profiles.c.id)))
    site.tx(lambda tx: segments.join(tx, site_segment(tx, static), ids[-1].id))

    page = owner.get("/edit/people?database=71").text
    assert listed(page) == [f"p{at:03}%40one.example" for at in range(50)]
    assert "Base 72" in page
    rest = owner.get("/edit/people?database=71&page=2").text
    assert listed(rest) == [f"p{at:03}%40one.example" for at in range(50, 60)]
    assert re.search(r'href="/edit/people\?database=71&amp;page=1"', rest)
    assert listed(owner.get("/edit/people?database=72").text) == [
        f"{letter}%40two.example" for letter in "abc"
    ]
    assert listed(owner.get("/edit/people?database=71&q=P007").text) == ["p007%40one.example"]
    assert listed(owner.get(f"/edit/people?segment={dynamic}").text) == ["c%40two.example"]
    assert listed(owner.get(f"/edit/people?segment={dynamic}&q=zz").text) == []
    assert len(listed(owner.get(f"/edit/people?segment={static}").text)) == 1
    for unknown in ("database=9", "segment=x", "database=²", "segment=" + "9" * 99):
        assert len(listed(owner.get(f"/edit/people?{unknown}").text)) == 50


def site_segment(tx: Tx, number: int) -> int:
    """The id of a segment by its number."""
    return int(tx.scalar(sa.select(tables.segments.c.id).where(tables.segments.c.number == number)))


def test_fields_are_edited_by_their_type(site: TestSite, owner: Browser) -> None:
    [oid] = site.tx(lambda tx: a_database(tx, 71, ["mira@example.com"]))
    page = owner.get(MIRA).text
    assert re.search(r'value="points">\s*<input class="in" name="value" type="number"', page)
    assert 'value="place"' not in page  # an object is changed through the API
    sent = {
        "points": "7", "vip": "true", "until": "2030-01-02T03:04:05", "likes": "tea, , roses",
        "garden": "1", "city": "Iasi", "status": "1", "sex": "",
    }  # fmt: skip
    form = [("oid", oid), *(pair for name, value in sent.items()
                            for pair in (("field", name), ("value", value)))]  # fmt: skip
    assert owner.post(f"{MIRA}/field", form).status == 303
    row = site.look(lambda tx: tx.first(sa.select(tables.profiles)))
    assert row is not None
    assert row.fields == {
        "points": 7, "vip": True, "until": 1893553445000, "likes": ["tea", "roses"], "garden": 1,
    }  # fmt: skip
    assert (row.facts["city"], row.status) == ("Iasi", 1)
    page = owner.get(MIRA).text
    assert 'value="2030-01-02T03:04:05"' in page
    assert '<option value="true" selected>yes</option>' in page
    changes = site.look(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(core.changes)))
    same = [("oid", oid), ("field", "points"), ("value", "7"), ("field", "vip"), ("value", "true")]
    assert owner.post(f"{MIRA}/field", same).status == 303
    again = site.look(lambda tx: tx.scalar(sa.select(sa.func.count()).select_from(core.changes)))
    assert again == changes  # what is as it was shown is not written
    gone = [("oid", oid), ("field", "points"), ("value", ""), ("field", "vip"), ("value", "")]
    assert owner.post(f"{MIRA}/field", gone).status == 303
    row = site.look(lambda tx: tx.first(sa.select(tables.profiles)))
    assert row is not None
    assert {"points", "vip"}.isdisjoint(row.fields)


@pytest.mark.parametrize(
    ("field", "value"), [("points", "x"), ("until", "soon"), ("garden", "5"), ("status", "77")]
)
def test_a_value_of_another_type_is_refused(
    site: TestSite, owner: Browser, field: str, value: str
) -> None:
    [oid] = site.tx(lambda tx: a_database(tx, 71, ["mira@example.com"]))
    form = [("oid", oid), ("field", field), ("value", value)]
    assert owner.post(f"{MIRA}/field", form).status == 400
    assert owner.post(f"{MIRA}/field", [*form, ("field", "city")]).status == 400


def test_the_timeline_goes_on_with_what_is_older(site: TestSite, owner: Browser) -> None:
    [oid] = site.tx(lambda tx: a_database(tx, 71, ["mira@example.com"]))

    def live(tx: Tx) -> None:
        row = tx.first(sa.select(tables.profiles).where(tables.profiles.c.oid == oid))
        assert row is not None
        for at in range(250):
            told = {"profile_id": row.id, "action": "read", "at_ms": 1_000_000 + at // 2 * 1000}
            tx.insert(tables.history, {**told, "channel": "email", "message": f"letter {at:03}"})

    site.tx(live)
    seen: list[str] = []
    address: str | None = MIRA
    while address:
        page = owner.get(address).text.split('id="timeline"')[1].split("</section>")[0]
        seen += re.findall(r"letter (\d{3})", page)
        found = re.search(r'href="([^"]*before=\d+)"', page)
        address = found[1].replace("&amp;", "&") if found else None
    assert sorted(seen) == [f"{at:03}" for at in range(250)]
    for odd in ("x", "-1", "0", "9" * 40):
        assert owner.get(f"{MIRA}?before={odd}").status == 200
