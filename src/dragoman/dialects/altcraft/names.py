"""The vendor's names of the fields that every database has. Source: spec/altcraft 6.2."""

from collections.abc import Mapping

SYSTEM: Mapping[str, str] = {
    "email": "email", "phones": "phones", "_status": "status", "_fname": "first_name",
    "_lname": "last_name", "_bdate": "birthday", "_sex": "sex", "_city": "city",
    "_region": "region", "_country": "country", "_postal_code": "postal_code", "_tz": "time_zone",
    "_ip": "ip", "_regip": "registered_ip", "_os": "os", "_browser": "browser",
    "_vendor": "source", "_regdate": "registered", "_regcountry": "registered_country",
    "_regcity": "registered_city", "_regurl": "registered_url", "_is_test": "test",
}  # fmt: skip
PLACE: Mapping[str, str] = {**SYSTEM, "_lat": "lat", "_lon": "lon"}
WIRE: Mapping[str, str] = {ours: theirs for theirs, ours in PLACE.items()}
READ_ONLY = frozenset(
    {
        "id", "_id", "db_id", "profile_id", "_lat", "_lon", "_acid", "_md5", "_emaildomain",
        "_domaingroup", "_xxh", "_xxm", "_createtime", "_updatetime", "_is_desktop",
    }
)  # fmt: skip
ACTIONS = ("deliv", "open", "click", "confirm")
CHANNELS = ("", "_push", "_sms")
READ_ONLY |= {
    f"_{action}{channel}_{what}"
    for action in ACTIONS
    for channel in CHANNELS
    for what in ("exist", "date")
}
