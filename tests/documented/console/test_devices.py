"""Devices: map, table, one object. Source: CONSOLE.md 3."""

import pytest

from dragoman.core.tx import Tx
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


def test_near_markers_are_one() -> None:
    made = draw([_device(47, 28), _device(47.0001, 28), _device(60, 10)])
    assert sorted(len(one.devices) for one in made.markers) == [1, 2]


def test_places_of_the_zone_table() -> None:
    found = parsed("# x\nMD\t+4700+02850\tEurope/Chisinau\nbad")
    assert [(round(lat), round(lon), name) for lat, lon, name in found] == [(47, 29, "Chisinau")]
    assert (degrees(-30, "EW"), degrees(0, "NS")) == ("30°W", "0°")
