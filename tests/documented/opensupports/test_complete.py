"""No path and no constant without a case. Source: spec/opensupports 9, 10.4."""

import ast
from collections.abc import Iterator
from pathlib import Path

import dragoman.dialects.opensupports
from dragoman.dialects.opensupports import OpenSupports
from dragoman.dialects.opensupports.endpoints import ENDPOINTS
from dragoman.dialects.opensupports.reading import Says
from dragoman.dialects.opensupports.refusals import REFUSALS
from dragoman.wire.endpoint import unwritten
from tests.documented.opensupports.conftest import Desk

_LISTED = """
ALREADY_A_STAFF ALREADY_BANNED ALREADY_DISABLED ALREADY_ENABLED CAN_NOT_DELETE_DEFAULT_DEPARTMENT
CUSTOM_FIELD_ALREADY_EXISTS DATABASE_CONNECTION DATABASE_CREATION
DEFAULT_DEPARTMENT_CAN_NOT_BE_PRIVATE DEPARTMENT_PRIVATE_TICKETS EMAIL_POLLING IMAP_CONNECTION
INIT_SETTINGS_DONE INVALID_API_KEY_PERMISSION INVALID_ASSIGNED_FILTER INVALID_AUTHOR_FILTER
INVALID_BLACK_LIST INVALID_BODY INVALID_CAPTCHA INVALID_CLOSED_FILTER INVALID_COLOR INVALID_CONTENT
INVALID_CREDENTIALS INVALID_CUSTOM_FIELD INVALID_CUSTOM_FIELD_OPTION INVALID_CUSTOM_FIELD_OPTIONS
INVALID_CUSTOM_FIELD_TYPE INVALID_CUSTOM_RESPONSE INVALID_DATE_RANGE_FILTER
INVALID_DEFAULT_DEPARTMENT INVALID_DEPARTMENT INVALID_DEPARTMENT_FILTER INVALID_DESCRIPTION
INVALID_EMAIL INVALID_FILE INVALID_LANGUAGE INVALID_LEVEL INVALID_LIST INVALID_NAME
INVALID_OLD_PASSWORD INVALID_ORDER INVALID_ORDER_BY INVALID_OWNER_FILTER INVALID_PAGE
INVALID_PAGE_SIZE INVALID_PASSWORD INVALID_QUERY INVALID_QUERY_FILTER INVALID_SEARCH
INVALID_SETTING INVALID_STAFF INVALID_SUBJECT INVALID_SUPERVISED_USERS
INVALID_SUPPORTED_LANGUAGES INVALID_TAG INVALID_TAG_FILTER INVALID_TEMPLATE INVALID_TEXT_1
INVALID_TEXT_2 INVALID_TEXT_3 INVALID_TICKET INVALID_TICKET_EVENT INVALID_TITLE INVALID_TOKEN
INVALID_TOPIC INVALID_UNREAD_STAFF_FILTER INVALID_USER INVALID_USER_SEARCH_OPTION
MANDATORY_LOGIN_IS_DESACTIVATED NAME_ALREADY_USED NO_PERMISSION REGISTRATION_IS_DESACTIVATED
SAME_DEPARTMENT SESSION_EXISTS SMTP_CONNECTION SUPERVISOR_CAN_NOT_SUPERVISE_HIMSELF
SYSTEM_USER_IS_ALREADY_DISABLED SYSTEM_USER_IS_ALREADY_ENABLED TAG_EXISTS TICKET_ALREADY_ASSIGNED
TICKET_CONTENT_CANNOT_BE_EDITED UNAVAILABLE_STATS UNVERIFIED_USER USER_DISABLED USER_EXISTS
YOU_CAN_NOT_DELETE_YOURSELF
"""
CONSTANTS = frozenset(_LISTED.split())
# Declared in 10.4, and named by no path of chapter 9.
NEVER_SENT = frozenset(
    {
        "DATABASE_CONNECTION", "DATABASE_CREATION", "INVALID_API_KEY_PERMISSION", "INVALID_BODY",
        "INVALID_SEARCH", "INVALID_SETTING", "SESSION_EXISTS", "SYSTEM_USER_IS_ALREADY_DISABLED",
        "SYSTEM_USER_IS_ALREADY_ENABLED", "UNAVAILABLE_STATS",
    }
)  # fmt: skip
# Those of the tier C paths, which answer NOT_IMPLEMENTED.
UNBUILT = frozenset({"EMAIL_POLLING", "IMAP_CONNECTION", "SMTP_CONNECTION"})
# shipped text 1 has no placeholders, so that it can lack none
UNREACHABLE = frozenset({"INVALID_TEXT_1"})


def texts(paths: Iterator[Path]) -> set[str]:
    """Every whole string literal of some modules."""
    found = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def cases() -> set[str]:
    """The literals of the cases; this module's own lists are none."""
    here = Path(__file__)
    return texts(path for path in here.parent.glob("test_*.py") if path != here)


def answered() -> set[str]:
    """The constants that the dialect can answer: of parameters, of faults, of handlers."""
    found = {
        mark.constant
        for endpoint in ENDPOINTS
        if (binder := OpenSupports.ways[id(endpoint)].binder) is not None
        for field in binder.members
        for mark in field.marks
        if isinstance(mark, Says) and mark.constant
    }
    found |= {row for row in REFUSALS.values() if isinstance(row, str)}
    folder = Path(dragoman.dialects.opensupports.__file__).parent
    return found | (texts(folder.glob("*.py")) & CONSTANTS)


def test_every_path_has_a_case(desk: Desk) -> None:
    named = cases()
    named |= {f"/staff/{text}" for text in named} | {f"/system/{text}" for text in named}
    named |= {text.partition("?")[0] for text in named}
    gaps = [
        endpoint.path
        for endpoint in ENDPOINTS
        if endpoint.handler is not unwritten and endpoint.path not in named
    ]
    assert gaps == []


def test_every_constant_that_can_be_answered_has_a_case(desk: Desk) -> None:
    """desk: dialects are compiled when a site is made."""
    found = answered()
    assert len(found) > 60
    assert sorted(found - CONSTANTS - {"NOT_IMPLEMENTED"}) == []
    assert sorted(found - cases()) == []


def test_every_documented_constant_is_accounted_for(desk: Desk) -> None:
    missing = CONSTANTS - cases() - NEVER_SENT - UNBUILT - UNREACHABLE
    assert sorted(missing) == []
    assert sorted((NEVER_SENT | UNBUILT) & answered()) == []
