"""People: the list and one person. Source: CONSOLE.md 3 People."""

from dragoman.domains.desk import users
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
    assert owner.get("/edit/people/mira@example.com/export").json["name"] == "Mira <b>K"


def test_rights(site: TestSite, owner: Browser) -> None:
    member(site, "op@livada.example", "operator")
    operator = Browser(site)
    operator.sign_in("op@livada.example")
    assert operator.get("/edit/people").status == 403
    assert operator.get(f"/edit/people/{OWNER}/export").status == 403
