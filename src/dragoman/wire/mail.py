"""Outgoing mail by SMTP; called by jobs only."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import aiosmtplib
import msgspec

_TIMEOUT_S = 20


class Server(msgspec.Struct, frozen=True):
    """Where mail is handed over. An empty user: no authentication. tls: `auto` takes STARTTLS when
    it is offered, `always` refuses without, `never` does not ask.
    """

    host: str
    port: int = 25
    user: str = ""
    password: str = ""
    tls: str = "auto"


class Message(msgspec.Struct, frozen=True):
    """One mail to one address."""

    sender: str
    to: str
    subject: str
    html: str


class NotSent(Exception):
    """The server could not be reached or did not take the mail; the text says why."""


async def send(server: Server, message: Message) -> None:
    """Hand a mail over. Raises NotSent."""
    starttls = {"auto": None, "always": True, "never": False}[server.tls]
    try:
        await aiosmtplib.send(
            _composed(message),
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None if server.user else None,
            start_tls=starttls,
            timeout=_TIMEOUT_S,
        )
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(f"{type(error).__name__}: {error}") from None


def _composed(message: Message) -> EmailMessage:
    out = EmailMessage()
    out["From"] = message.sender
    out["To"] = message.to
    out["Subject"] = " ".join(message.subject.split())
    out["Date"] = formatdate()
    out["Message-ID"] = make_msgid(domain=message.sender.rpartition("@")[2].strip("> ") or None)
    out.set_content(message.html, subtype="html")
    return out
