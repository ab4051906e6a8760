"""What can be set for this dialect, in the section `[dialects.cartum]`."""

import msgspec


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """https: the site is an https site. token_ttl: seconds. calls_per_hour: per user, 0 is no
    limit.

    auth_failure_http_status: 200 or 401. session_hours: idle life of a sign-in on the pages.
    console_url: where `/edit/` leads; empty: a page of its own. hook_queue_s: how often the queue
    of webhooks runs (0: at once); hook_retry_s, hook_retries: how long after a failure, and how
    often, it is tried again; hook_timeout_s: for one try; hook_private: webhooks may go to
    addresses of this machine and its network.
    """

    https: bool = False
    token_ttl: int = 600
    calls_per_hour: int = 0
    auth_failure_http_status: int = 200
    session_hours: int = 8
    console_url: str = ""
    hook_queue_s: int = 300
    hook_retry_s: int = 600
    hook_retries: int = 10
    hook_timeout_s: float = 10.0
    hook_private: bool = False
