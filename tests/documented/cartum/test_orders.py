"""Orders, dictionaries, customers. Source: spec/cartum 9, 10, 12."""

from typing import Any

import pytest
import sqlalchemy as sa

from dragoman.core import tables
from dragoman.domains.shop import orders, settings
from tests.documented.cartum.conftest import Shop


def got(shop: Shop, **parameters: Any) -> list[int]:
    answer = shop.call("orders/get", **parameters).json
    assert answer["status"] == ("OK" if answer["response"]["orders"] else "EMPTY")
    return [row["order_id"] for row in answer["response"]["orders"]]


SELECTIONS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2]),
    ({"ids": [2]}, [2]),
    ({"ids": 2}, [2]),
    ({"ids": [5]}, []),
    ({"status": 1}, [1]),
    ({"status": ["1", 2]}, [1, 2]),
    ({"from": "2023-11-15"}, [2]),
    ({"to": "2023-11-14"}, [1]),
    ({"from": "14.11.2023", "to": "15.11.2023"}, [1, 2]),
    ({"from": "2023-11-14 22:13:20", "to": "2023-11-14 22:13:20"}, [1]),
    ({"from": "14.11.2023 22:13:21"}, [2]),
    ({"limit": 1}, [1]),
    ({"limit": 1, "offset": 1}, [2]),
    ({"offset": 1}, [1, 2]),
    ({"limit": 0}, []),
    ({"ids": [1, 2], "status": 2, "to": "2024-01-01"}, [2]),
    ({"ids": []}, [1, 2]),
]


def test_selections(shop: Shop) -> None:
    for parameters, expected in SELECTIONS:
        assert got(shop, **parameters) == expected, parameters


def test_unreadable_conditions(shop: Shop) -> None:
    for parameters in (
        {"from": "x"},
        {"to": "2023-13-01"},
        {"from": "31.02.2023"},
        {"ids": "x"},
        {"status": [10**30]},
        {"ids": {"a": 1}},
    ):
        answer = shop.call("orders/get", **parameters).json
        assert answer["status"] == "ERROR", parameters
        assert next(iter(parameters)) in answer["response"]["message"]


def test_order_object(shop: Shop) -> None:
    """The worked example of spec/cartum 9.1"""
    (order,) = shop.call("orders/get", ids=[1], additionalData=True).json["response"]["orders"]
    line = order.pop("products")
    assert [
        {name: value for name, value in row.items() if name != "storage_id"} for row in line
    ] == [
        {
            "title": "Cub",
            "article": "CUBE",
            "price": 799,
            "quantity": 1,
            "total_price": 799,
            "discount_marker": "NONE",
            "type": "product",
            "parent_storage_id": None,
        }
    ]
    assert order == {
        "order_id": 1,
        "user": order["user"],
        "delivery_name": "Ana",
        "delivery_email": "ana@example.com",
        "delivery_phone": "",
        "delivery_city": "Iași",
        "delivery_city_stable": "Iași",
        "delivery_country": "",
        "delivery_address": "",
        "delivery_type": {"id": 11, "title": "Prin curier"},
        "delivery_price": -1,
        "comment": "",
        "payment_type": {"id": 1, "title": "Numerar"},
        "payment_price": 0,
        "payed": 0,
        "total_default": 799,
        "total_sum": 599,
        "total_quantity": 1,
        "discount_percent": 0,
        "discount_value": 0,
        "coupon_code": "C25",
        "coupon_percent": 25,
        "coupon_discount_value": 200,
        "coupon_type": "percent",
        "stat_status": 1,
        "stat_created": "2023-11-14 22:13:20",
        "currency": "UAH",
        "order_without_callback": False,
        "manager_id": None,
        "manager_comment": None,
        "manager_discount": None,
        "manager_discount_title": None,
        "additional_data": [],
        "analytics": {
            "utm_source": "",
            "utm_medium": "",
            "utm_campaign": "",
            "utm_term": "",
            "utm_content": "",
            "google_client_id": "",
        },
        "delivery_data": {
            "deliveryOperatorType": None,
            "tnNumber": None,
            "tnId": None,
            "tnStatusName": None,
            "tnTrackingUpdateDate": None,
            "estimatedDeliveryDate": None,
            "departure": None,
            "destination": None,
        },
        "np_number": "",
    }


UPDATES: list[tuple[Any, str, str]] = [
    ({"order_id": 1, "status": 6, "tracking_code": "GB1"}, "OK", "UPDATED"),
    ({"order_id": "1", "paid": "1"}, "OK", "UPDATED"),
    ({"order_id": 1, "paided": 0}, "OK", "UPDATED"),
    ({"order_id": 1, "payed": True}, "OK", "UPDATED"),
    ({"order_id": 1}, "OK", "UPDATED"),
    ({"order_id": 1, "status": 99}, "ERROR", "status is not defined or defined incorrectly"),
    (
        {"order_id": 1, "status": "x", "paid": 1},
        "ERROR",
        "status is not defined or defined incorrectly",
    ),
    (
        {"order_id": 1, "status": 2, "paid": "perhaps"},
        "ERROR",
        "paid is not defined or defined incorrectly",
    ),
    ({"order_id": 77, "status": 2}, "ERROR", "order is not found"),
    ({"order_id": 10**40}, "ERROR", "order is not found"),
    ({"status": 2}, "ERROR", "order is not found"),
    ("text", "ERROR", "Record is not an object"),
]


def test_updates(shop: Shop) -> None:
    for record, status, message in UPDATES:
        before = shop.changes()
        answer = shop.call("orders/update", orders=[record]).json
        (entry,) = answer["response"]["log"]
        assert (entry["status"], entry["message"], entry["messages"]) == (
            status,
            message,
            message,
        ), record
        assert answer["status"] == ("OK" if status == "OK" else "WARNING")
        if status == "ERROR":
            assert shop.changes() == before, record
    (order,) = shop.call("orders/get", ids=1).json["response"]["orders"]
    assert (order["stat_status"], order["payed"], order["np_number"]) == (6, 1, "GB1")
    assert order["delivery_data"]["tnNumber"] == "GB1"
    assert shop.call("orders/update", orders=[]).json == {"status": "OK", "response": {"log": []}}


def test_available_statuses(shop: Shop) -> None:
    answer = shop.call("orders/get_available_statuses")
    statuses = answer.json["response"]["statuses"]
    assert list(statuses) == ["1", "2", "3", "4", "6"]
    assert statuses["3"] == {
        "id": 3,
        "title": {"en": "Delivered", "ro": "Livrat"},
        "is_successful": 1,
    }
    assert statuses["6"]["title"]["ro"] == "În procesul de livrare"


# Dictionaries


CURRENCIES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["UAH", "EUR"]),
    ({"iso": "EUR"}, ["EUR"]),
    ({"iso": ["uah"]}, ["UAH"]),
    ({"id": 1}, ["UAH"]),
    ({"id": [1, 2]}, ["UAH", "EUR"]),
    ({"iso": "EUR", "enabledOnly": True}, ["UAH", "EUR"]),
    ({"iso": "EUR", "enabledOnly": "0"}, ["EUR"]),
    ({"iso": "XXX"}, []),
]


def test_currencies(shop: Shop) -> None:
    for parameters, expected in CURRENCIES:
        answer = shop.call("currency/export", **parameters).json
        assert [row["iso"] for row in answer["response"]["currency"]] == expected, parameters
        assert answer["status"] == ("OK" if expected else "EMPTY")
    rates = shop.call("currency/export", iso="UAH").json["response"]["currency"]
    assert rates == [
        {
            "id": 1,
            "iso": "UAH",
            "title": "Гривна",
            "exchangeRates": [
                {
                    "relatedId": 2,
                    "relatedIso": "EUR",
                    "currentExchangeAmount": 1,
                    "relatedExchangeAmount": 0.025,
                    "exchangeCourse": 40,
                }
            ],
        }
    ]


def test_delivery_and_payment(shop: Shop) -> None:
    (delivery,) = shop.call("delivery/export").json["response"]["delivery"]
    assert delivery == {
        "id": 11,
        "title": {"en": "By courier", "ro": "Prin curier"},
        "type": 1,
        "by_carrier": False,
        "enabled": 1,
        "payment": [1],
        "price_options": [],
    }
    types = shop.call("delivery/exportTypes").json["response"]["deliveryTypes"]
    assert types[0] == {"id": 1, "title": {"en": "Courier", "ro": "Curier"}}
    (payment,) = shop.call("payment/export").json["response"]["payment"]
    assert payment == {
        "id": 1,
        "title": {"en": "Cash", "ro": "Numerar"},
        "desc": {"en": "", "ro": ""},
        "payment_method": 1,
        "enabled": 1,
        "icon": "",
        "link": "",
        "icon_title": {"en": "", "ro": ""},
        "payment_instruction": {"en": "", "ro": ""},
    }
    methods = shop.call("payment/exportMethods").json["response"]["paymentMethods"]
    assert methods == [{"id": 1, "title": {"en": "Cash", "ro": "Numerar"}, "is_simple": True}]
    icons = shop.call("icons/export").json["response"]["icons"]
    assert icons[0] == {"id": 1, "title": "Bestseller", "enabled": 1}
    assert [icon["id"] for icon in icons] == [1, 3, 4, 5, 6, 7, 8]


# Customers


def test_users_export(shop: Shop) -> None:
    (user,) = shop.call("users/export").json["response"]["users"]
    assert user == {
        "id": user["id"],
        "title": "Ana",
        "email": "ana@example.com",
        "phone": "",
        "country": "",
        "city": "Iași",
        "address": "",
        "registered": "2023-11-14 22:13:20",
        "newsletter_subscription": 0,
        "note": "",
    }
    assert shop.call("users/export", **{"from": "2023-11-15"}).json == {
        "status": "EMPTY",
        "response": {"users": []},
    }
    assert shop.call("users/export", to="14.11.2023").json["status"] == "OK"


CUSTOMERS: list[tuple[Any, int]] = [
    (
        {
            "email": "new@example.com",
            "title": "New",
            "newsletter_subscription": "1",
            "discount_card": {"discount": 5, "active": 1, "date_limit": "2030-01-01", "status": 2},
        },
        0,
    ),
    ({"email": "ANA@example.com", "city": "Cluj"}, 0),
    ({"title": "X"}, 1),
    ({"email": "other@example.com"}, 1),
    ({"email": "nonsense", "title": "X"}, 2),
    ({"email": "other@example.com", "title": "X", "discount_card": {"discount": 101}}, 2),
    ({"email": "other@example.com", "title": "X", "discount_card": {"date_limit": "soon"}}, 2),
    ({"email": "other@example.com", "title": "X", "newsletter_subscription": "perhaps"}, 2),
    ({"email": "other@example.com", "title": []}, 2),
    (5, 2),
]


def test_users_import(shop: Shop) -> None:
    for record, code in CUSTOMERS:
        before = shop.changes()
        answer = shop.call("users/import", users=[record]).json
        (entry,) = answer["response"]["log"]
        assert entry["code"] == code, (record, entry)
        assert answer["status"] == ("WARNING" if code else "OK")
        assert set(entry) == {"code", "message", "email"}
        if code:
            assert shop.changes() == before, record
    users = {user["email"]: user for user in shop.call("users/export").json["response"]["users"]}
    assert users["ana@example.com"]["city"] == "Cluj"
    assert users["new@example.com"]["newsletter_subscription"] == 1
    assert set(users) == {"ana@example.com", "new@example.com"}


def test_wholesale_shop(shop: Shop) -> None:
    shop.site.tx(lambda tx: settings.change(tx, {"b2b": True}))
    record = {
        "email": "ana@example.com",
        "customer_group_id": 3,
        "balance": "-12.50",
        "company": "Ana SRL",
    }
    assert shop.call("users/import", users=[record]).json["status"] == "OK"
    (user,) = shop.call("users/export").json["response"]["users"]
    assert (user["customer_group_id"], user["balance"], user["company"]) == (3, -12.5, "Ana SRL")
    bad = shop.call(
        "users/import", users=[{"email": "ana@example.com", "customer_group_id": 99}]
    ).json
    assert bad["response"]["log"][0]["code"] == 2
    (order,) = shop.call("orders/get", ids=1).json["response"]["orders"]
    assert order["delivery_data"]["ownTTNPicked"] is False
    assert "customer_details" in order


# Hooks


def jobs(shop: Shop) -> list[Any]:
    return shop.site.look(
        lambda tx: tx.all(sa.select(tables.jobs).where(tables.jobs.c.kind == "shop.event"))
    )


def test_hooks(shop: Shop) -> None:
    url = "https://hooks.example/a?b=c"
    answer = shop.call("hooks/subscribe", event="order_update", target_url=url)
    assert answer.status == 201
    assert answer.json == {"status": "OK", "response": {"id": 1}, "id": 1}
    assert shop.call("hooks/subscribe", event="order_update", target_url=url).json["id"] == 1
    for number in range(4):
        assert (
            shop.call("hooks/subscribe", event="order_update", target_url=f"{url}{number}").status
            == 201
        )
    full = shop.call("hooks/subscribe", event="order_update", target_url=f"{url}9")
    assert full.status == 400
    assert full.json == {
        "status": "ERROR",
        "response": {"message": "Subscriptions limit for current event has been reached"},
    }
    assert shop.call("hooks/unSubscribe", id=1, target_url="https://other.example").status == 400
    gone = shop.call("hooks/unSubscribe", id=1, target_url=url)
    assert gone.status == 410
    assert gone.json == {"status": "OK", "response": []}
    assert shop.call("hooks/unSubscribe", id=1, target_url=url).status == 400


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"event": "nothing", "target_url": "https://a.example/"},
        {"event": "order_paid"},
        {"event": "order_paid", "target_url": "ftp://a"},
        {"event": "order_paid", "target_url": "x"},
        {"event": "order_paid", "target_url": "http:///x"},
        {"event": "order_paid", "target_url": "http://a b/"},
        {"event": "order_paid", "target_url": "http://[::1/"},
        {"event": "order_paid", "target_url": "http://a:99999/"},
    ],
)
def test_bad_hooks(shop: Shop, parameters: dict[str, Any]) -> None:
    before = shop.changes()
    answer = shop.call("hooks/subscribe", **parameters)
    assert (answer.status, answer.json["status"]) == (400, "ERROR")
    assert shop.changes() == before
    assert shop.call("hooks/subscribe", token=None, **parameters).status == 200


def test_events(shop: Shop) -> None:
    for event in ("order_update", "order_paid", "user_update", "order_created"):
        shop.call("hooks/subscribe", event=event, target_url="https://hooks.invalid/")
    shop.call("orders/update", orders=[{"order_id": 1, "status": 2}])
    shop.call("orders/update", orders=[{"order_id": 1, "status": 1}])
    shop.call("orders/update", orders=[{"order_id": 1, "paid": 1}, {"order_id": 1, "paid": 1}])
    shop.call("users/import", users=[{"email": "ana@example.com", "city": "Cluj"}])
    told = sorted(row.facts["event"] for row in jobs(shop))
    assert told == ["order_paid", "order_update", "user_update"]
    assert orders.NEW == 1
