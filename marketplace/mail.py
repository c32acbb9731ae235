"""Where mail goes: a folder (demo), the console, or an SMTP server."""

import re
import smtplib
import ssl
import sys
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formatdate
from pathlib import Path
from typing import Any, Unpack
from urllib.parse import unquote, urlsplit

from marketplace.errors import MarketplaceError
from marketplace.services import Letter, Mailer

SMTP_SECONDS = 20
SUBJECT = "Subject"
STOP_HEADER = "List-Unsubscribe"
ONE_CLICK = "List-Unsubscribe=One-Click"
"""Header and body of the POST that a mail program sends (RFC 8058)."""


class LetterPolicy(EmailPolicy):
    """Writes our own headers as they are given: read into their parts, only to be written again, they took most of a mail's time.

    The address to stop at stays on one line: longer ones would be wrapped as words are (RFC 2047), which no mail program
    reads there.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Keep what is plain ASCII, and a subject of one line, as text; all else is read as Python reads it."""
        if isinstance(value, str) and (
            (value.isascii() and value.isprintable()) or (name == SUBJECT and len(value.splitlines()) == 1)
        ):
            return name, value
        return super().header_store_parse(name, value)

    def fold(self, name: str, value: str) -> str:
        return self._written(name, value) or str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self._written(name, value).encode("ascii") or super().fold_binary(name, value)

    def _written(self, name: str, value: str) -> str:
        """Return the lines of a header that is not left to Python; else nothing."""
        if name == STOP_HEADER:
            return f"{name}: {value}{self.linesep}"
        if name == SUBJECT and not value.isascii():
            encoded = Header(value, "utf-8", header_name=name).encode(linesep=self.linesep)
            return f"{name}: {encoded}{self.linesep}"
        return ""


class UnknownMailAddress(MarketplaceError):
    """ATHAR_MAIL_URL names no way of sending that we know."""

    code = "unknown_mail_url"


def compose(*, sender: str, **letter: Unpack[Letter]) -> EmailMessage:
    """Return a plain-text mail with a stable Message-ID, and the header by which mail programs offer to stop such mail."""
    mail = EmailMessage(policy=LetterPolicy())
    mail.set_content(letter["body"])  # first: it drops the headers about content
    mail["From"] = sender
    mail["To"] = letter["recipient"]
    mail[SUBJECT] = " ".join(letter["subject"].split())
    mail["Message-ID"] = letter["message_id"]
    mail["Date"] = formatdate()
    mail["Content-Language"] = letter["language"]
    mail["Auto-Submitted"] = "auto-generated"
    stop_address = letter.get("stop_address")
    if stop_address is not None:
        _offer_to_stop(mail, stop_address)
    return mail


def _offer_to_stop(mail: EmailMessage, address: str) -> None:
    """Offer one press in the mail program (RFC 2369; RFC 8058, which wants https)."""
    mail[STOP_HEADER] = f"<{address}>"
    if urlsplit(address).scheme == "https":
        mail["List-Unsubscribe-Post"] = ONE_CLICK


class FolderMailer:
    """Writes each mail as a file; the same Message-ID overwrites itself."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, **letter: Unpack[Letter]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        mail = compose(sender=self._sender, **letter)
        name = re.sub(r"[^A-Za-z0-9._-]", "_", letter["message_id"].strip("<>"))
        (self._folder / f"{name}.eml").write_bytes(mail.as_bytes())


class ConsoleMailer:
    """Prints each mail."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, **letter: Unpack[Letter]) -> None:
        mail = compose(sender=self._sender, **letter)
        sys.stdout.write(f"{mail.as_string()}\n")


class SmtpMailer:
    """Sends through one server: smtp://user:password@host:port or smtps://..."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = (
            parts.hostname or "localhost",
            parts.port or (465 if parts.scheme == "smtps" else 25),
        )
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._is_tls, self._sender = parts.scheme == "smtps", sender

    def send(self, **letter: Unpack[Letter]) -> None:
        mail = compose(sender=self._sender, **letter)
        connect = smtplib.SMTP_SSL if self._is_tls else smtplib.SMTP
        with connect(self._host, self._port, timeout=SMTP_SECONDS) as server:
            if not self._is_tls and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
            server.send_message(mail)


def open_mailer(url: str, *, home: Path, sender: str) -> Mailer:
    """Return the mailer an address names: file:, file:///folder, console:, smtp://, smtps://.

    Raises:
        UnknownMailAddress: for any other.
    """
    scheme = urlsplit(url).scheme
    if scheme == "file":
        return FolderMailer(Path(urlsplit(url).path or home / "mail"), sender)
    if scheme == "console":
        return ConsoleMailer(sender)
    if scheme in {"smtp", "smtps"}:
        return SmtpMailer(url, sender)
    msg = f"ATHAR_MAIL_URL: {url!r} is none of file:, console:, smtp://host, smtps://host"
    raise UnknownMailAddress(msg)
