"""Devices: map, table, one object. Source: CONSOLE.md 3."""

import pytest

from dragoman.core.tx import Tx
from dragoman.dialects.console import charts
from dragoman.dialects.console.devices import Device, degrees, draw
from dragoman.dialects.console.gazetteer import parsed
from dragoman.domains.things import items, packets
from tests.documented.console.conftest import Browser
from tests.documented.console.test_entities import GROUP, OID, make
from tests.support.site import TestSite


def _device(lat: float, lon: float) -> Device:
    return Device("o", "n", "k", True, 0, [], (lat, lon))


def _sensor(tx: Tx) -> None:
    make(tx, "objects", id="gh-1", model=GROUP, name="Greenhouse <b>")
    row = items.by_oid(tx, "objects", OID)
    assert row is not None
    told = [{"lat": 47.0, "lon": 28.8, "temp": 20 + n, "time": 1000 * n} for n in range(3)]
    packets.post(tx, row, told)


@pytest.mark.parametrize("view", ["map", "table", "x"])
def test_objects_are_listed(owner: Browser, site: TestSite, view: str) -> None:
    site.tx(_sensor)
    answer = owner.get(f"/edit/devices?view={view}")
    assert answer.status == 200
    assert "Greenhouse &lt;b&gt;" in answer.text
    assert ('<svg class="map"' in answer.text) == (view != "table")


def test_an_object_has_charts_and_packets(owner: Browser, site: TestSite) -> None:
    site.tx(_sensor)
    answer = owner.get(f"/edit/devices/{OID}")
    assert (answer.status, "data-chart" in answer.text) == (200, True)
    assert owner.get("/edit/devices/nothing").status == 404


def test_values_may_be_missing_or_negative(owner: Browser, site: TestSite) -> None:
    def work(tx: Tx) -> None:
        make(tx, "objects", id="gh-1", model=GROUP, name="Cold room")
        row = items.by_oid(tx, "objects", OID)
        assert row is not None
        told = [{"temp": -20 + n, "time": 1000 * n} for n in range(3)]
        packets.post(tx, row, [*told, {"temp": -1, "late": 1, "time": 4000}, {"time": 5000}])

    site.tx(work)
    assert owner.get(f"/edit/devices/{OID}").status == 200
    one = charts.lines([0, 1, 2], [charts.Series("x", "accent", [-20, None, 5])], 1)
    assert (float(one.ticks[0]) >= 5, float(one.ticks[-1]) <= -20) == (True, True)
    below = charts.lines([0, 1], [charts.Series("x", "accent", [-0.02, -0.01])], 1)
    assert below.ticks[0] == "0"


def _with_action(tx: Tx) -> None:
    node = {"id": "water", "type": "action", "name": "Water now", "active": True}
    data = {"id": "root", "type": "subsystem", "children": [node]}
    make(tx, "models", GROUP, base="mqtt", data=data)
    make(tx, "objects", id="gh-1", model=GROUP)


def test_commands_go_through_the_domain(owner: Browser, site: TestSite) -> None:
    site.tx(_with_action)
    at = f"/edit/devices/{OID}"
    assert "Water now" in owner.get(at).text
    form = {"command": "water", "params": '{"minutes": 5}'}
    assert owner.post(f"{at}/commands", form).status == 303
    assert owner.post(f"{at}/commands", {"command": "nothing"}).status == 404
    for bad in ("[]", "{", "[" * 5000):
        assert owner.post(f"{at}/commands", {**form, "params": bad}).status == 400
    assert owner.post("/edit/devices/nothing/commands", form).status == 404


def test_near_markers_are_one() -> None:
    made = draw([_device(47, 28), _device(47.0001, 28), _device(60, 10)])
    assert sorted(len(one.devices) for one in made.markers) == [1, 2]


def test_places_of_the_zone_table() -> None:
    found = parsed("# x\nMD\t+4700+02850\tEurope/Chisinau\nbad")
    assert [(round(lat), round(lon), name) for lat, lon, name in found] == [(47, 29, "Chisinau")]
    assert (degrees(-30, "EW"), degrees(0, "NS")) == ("30°W", "0°")
