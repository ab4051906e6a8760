"""Settings of the console: the section `[dialects.console]`."""

import msgspec


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """organisation: shown above the navigation. session_hours: idle; session_days: at most."""

    organisation: str = "Dragoman"
    session_hours: int = 8
    session_days: int = 7
    fresh_minutes: int = 15
    logins_per_account: int = 10
    logins_per_address: int = 30
    login_window_s: int = 300
    max_file_bytes: int = 50 << 20
