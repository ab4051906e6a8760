"""Relations are searched for, 20 hits at most, and read back from what a box holds.

Source: CONSOLE.md 5.
"""

from typing import Any

import pytest

from dragoman.core.tx import Tx
from dragoman.dialects.console.reading import held, picked, related
from dragoman.domains.content import components, spaces, trees
from dragoman.domains.content.components import NewComponent
from dragoman.domains.shop import sections
from tests.documented.cartum.conftest import lay_out
from tests.documented.console.conftest import Browser, member
from tests.support.site import TestSite


def a_space(tx: Tx) -> dict[str, int]:
    """A space with thirty components; their ids by key."""
    space = spaces.create(tx, "Garden")
    root = trees.by_key(tx, space, "root", drafts=True).id
    ids = {"space": space, "root": root}
    for at in range(30):
        new = NewComponent(
            space_id=space, parent_id=root, key=f"bed-{at:02}", kind="page", name=f"Bed {at:02}"
        )
        ids[new.key] = components.create(tx, new)
    return ids


def many_sections(tx: Tx) -> None:
    """Sixty sections more than there are."""
    lay_out(tx)
    for at in range(60):
        sections.put(tx, f"shelf-{at:02}", {"title": {"en": f"Shelf {at:02}"}})


def asked(browser: Browser, what: str, q: str = "", **more: Any) -> Any:
    """What the box is offered."""
    extra = "".join(f"&{name}={value}" for name, value in more.items())
    return browser.get(f"/edit/pick/{what}?q={q}{extra}").json


def test_components_of_one_space(site: TestSite, owner: Browser) -> None:
    ids, other = site.tx(a_space), site.tx(a_space)
    assert asked(owner, "components", "BED+07", within=ids["space"]) == [
        related("Bed 07", ids["bed-07"])
    ]
    assert len(asked(owner, "components", within=ids["space"])) == 20
    assert asked(owner, "components", "bed") == []
    target = related("Bed 08", ids["bed-08"])
    moved = owner.post(f"/edit/content/move/{ids['bed-07']}", {"target": target})
    assert moved.status == 303
    row = site.look(lambda tx: components.place(tx, ids["bed-07"]))
    assert row.parent_id == ids["bed-08"]
    for text in ("Bed 08", "", "·", "· x", "9" * 30):
        refused = owner.post(f"/edit/content/move/{ids['bed-09']}", {"target": text})
        assert refused.status == 400
        assert "Choose one of the components" in refused.text
    elsewhere = {"target": other["bed-01"]}
    assert owner.post(f"/edit/content/move/{ids['bed-09']}", elsewhere).status == 400
    assert site.look(lambda tx: components.place(tx, ids["bed-09"])).parent_id == ids["root"]


def test_a_few_are_a_select_and_many_a_search_box(site: TestSite, owner: Browser) -> None:
    site.tx(lay_out)
    assert '<select class="in" id="f-section"' in owner.get("/edit/shop").text


def test_many_sections_are_searched(site: TestSite, owner: Browser) -> None:
    site.tx(many_sections)
    assert 'data-pick="sections"' in owner.get("/edit/shop").text
    [found] = asked(owner, "sections", "shelf+42")
    assert found.startswith("Shelf 42 · ")
    assert len(asked(owner, "sections", "shelf")) == 20
    page = owner.get(f"/edit/shop?section={found.replace(' ', '+')}").text
    assert f'value="{found}"' in page  # the box keeps it
    assert f'name="section" value="{picked(found)}"' in page


def test_rights_and_unknown_relations(site: TestSite, owner: Browser) -> None:
    member(site, "op@livada.example", "operator")
    operator = Browser(site)
    operator.sign_in("op@livada.example")
    assert operator.get("/edit/pick/segments").status == 403
    assert owner.get("/edit/pick/nothing").status == 404
    assert Browser(site).get("/edit/pick/sections").status in (302, 303, 401)


@pytest.mark.parametrize(
    ("text", "number"),
    [("Bed · 7", 7), ("7", 7), (" 7 ", 7), ("A · B · 12", 12), ("Bed", None), ("", None),
     ("Bed ·", None), ("· -1", None), ("²", None)],
)  # fmt: skip
def test_what_a_box_holds(text: str, number: int | None) -> None:
    assert picked(text) == number
    assert picked(related("Any · name", 5)) == 5
    assert held([("", "None"), ("5", "Five")], "5") == "Five · 5"
    assert held([("", "None")], "") == ""
    assert held([], "x") == "x"
