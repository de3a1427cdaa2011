"""Mail over SMTP: a letter as a message, and the server it goes through. Not here: what is written, to whom, what was sent already."""

import base64
import email.utils
import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from types import TracebackType
from typing import Self

from resources.errors import AnswerError, ConfigurationMissingError, RefusedError, ServiceError, UnavailableError, redact, require
from volt_assets.domain.values import Value, clean_text

SMTP_HOST = "SMTP_HOST"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECONDS = 20.0
_LONGEST_SUBJECT = 200
_PERMANENT = 500
_LATER, _LOGIN, _HOST = "Try again later.", "Check SMTP_USERNAME and SMTP_PASSWORD.", "Check SMTP_HOST."
_PORT, _RULES = "Check SMTP_HOST, SMTP_PORT and SMTP_SECURITY.", "Check deliveries.mail in volt.yaml, and the server's rules."
_AUTHENTICATION = frozenset({530, 534, 535, 538})


class MailServer(Value):
    """Where letters are handed in. `security`: STARTTLS, TLS from the first byte, or none, for this machine's own server alone."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    security: str = "starttls"
    seconds: float = _SECONDS

    def __repr__(self) -> str:
        """Without the password."""
        return f"MailServer({self.host}:{self.port}, {self.security})"

    __str__ = __repr__


class Letter(Value):
    """One message to one recipient, in text and HTML. `id` makes the Message-ID: the same letter has the same."""

    sender: str
    to: str
    subject: str
    text: str
    html: str
    id: str
    at: datetime


def mail_server(environment: Mapping[str, str]) -> MailServer | None:
    """The server that the environment names; None where it names none. Raises ConfigurationMissingError for what cannot be right."""
    host = environment.get(SMTP_HOST, "").strip()
    if not host:
        return None
    host = require(host, SMTP_HOST, "the mail server's name, such as smtp.example.com")
    local = host in _LOOPBACK
    security = environment.get("SMTP_SECURITY", "").strip().lower() or ("none" if local else "starttls")
    if security not in _PORTS:
        raise ConfigurationMissingError("SMTP_SECURITY is none of starttls, tls and none. Leave it empty for starttls.")
    if security == "none" and not local:
        raise ConfigurationMissingError("SMTP_SECURITY is none, but SMTP_HOST is another machine. Set it to starttls or tls.")
    port = environment.get("SMTP_PORT", "").strip() or str(_PORTS[security])
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise ConfigurationMissingError("SMTP_PORT is no port. Set it to a number such as 587, or leave it empty.")
    username, password = environment.get("SMTP_USERNAME", "").strip(), environment.get("SMTP_PASSWORD", "")
    if bool(username) != bool(password):
        raise ConfigurationMissingError("Of SMTP_USERNAME and SMTP_PASSWORD only one is set. Set both, or none for a server without login.")
    return MailServer(host=host, port=int(port), username=username, password=password, security=security)


def as_message(letter: Letter) -> EmailMessage:
    """The letter as it is sent. What would break out of a header is blank in it."""
    message = EmailMessage(policy=SMTP)
    name, address = email.utils.parseaddr(letter.sender)
    message["From"] = Address(display_name=_line(name), addr_spec=address)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = _line(letter.subject)[:_LONGEST_SUBJECT]
    message["Date"] = email.utils.format_datetime(letter.at)
    message["Message-ID"] = f"<volt.{letter.id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="base64" if _is_long(letter.text) else None)
    message.add_alternative(letter.html, subtype="html", cte="base64")
    return message


class MailSession:
    """A connection to the server, for several letters. Used as `with`; opening raises as `send` does."""

    def __init__(self, server: MailServer, context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._context = context or ssl.create_default_context()
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._smtp = self._opened()
        except Exception as error:  # noqa: BLE001 - a server that answers anything must not end the others' deliveries
            raise self._told(error) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError, ValueError):
                self._smtp.close()

    def send(self, letter: Letter) -> None:
        """Hands one letter in. Raises UnavailableError where it may work later, RefusedError where it will not by itself."""
        if self._smtp is None:
            raise UnavailableError("The mail server is not connected. Try again later.")
        try:
            self._smtp.send_message(as_message(letter))
        except Exception as error:  # noqa: BLE001 - a server that answers anything must not end the others' deliveries
            raise self._told(error) from None

    def _opened(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=self._context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
        try:
            if server.security == "starttls":
                smtp.starttls(context=self._context)
            if server.username:
                smtp.login(server.username, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _told(self, error: Exception) -> ServiceError:
        """What went wrong, as a decision: later, or not by itself. The server's words are untrusted, and may repeat the password."""
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code, said = next(iter(error.recipients.values()), (_PERMANENT, b""))
            return self._answered("refused the recipient", code, said, "Correct the address.")
        if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
            is_login = isinstance(error, smtplib.SMTPAuthenticationError) or error.smtp_code in _AUTHENTICATION
            what, remedy = ("refused the login", _LOGIN) if is_login else ("refused the letter", _RULES)
            return self._answered(what, error.smtp_code, error.smtp_error, remedy)
        # Of a server that fell silent, smtplib says that it hung up.
        kind, problem, remedy = self._problem(error.__context__ if isinstance(error.__context__, TimeoutError) else error)
        return kind(f"{self._where} {problem}. {remedy}")

    def _problem(self, error: Exception) -> tuple[type[ServiceError], str, str]:
        """A failure that is no answer: which error it is for us, in words, and what to do."""
        seconds = f"{self._server.seconds:g} s"
        told: tuple[tuple[type[Exception], type[ServiceError], str, str], ...] = (
            (smtplib.SMTPNotSupportedError, RefusedError, f"does not offer what is needed ({self._safe(str(error))})", _PORT),
            (ssl.SSLCertVerificationError, RefusedError, f"has a certificate that is not trusted ({self._safe(str(error))})", _HOST),
            (ssl.SSLError, RefusedError, "speaks no TLS there", _PORT),
            (TimeoutError, UnavailableError, f"did not answer within {seconds}", _LATER),
            (smtplib.SMTPResponseException, AnswerError, "answers something else than SMTP", _PORT),
            (OSError, UnavailableError, f"cannot be reached ({self._safe(str(error))})", _LATER),
            (Exception, AnswerError, f"cannot be used ({type(error).__name__})", _PORT),
        )
        return next((ours, words, remedy) for kind, ours, words, remedy in told if isinstance(error, kind))

    def _answered(self, what: str, code: int, said: bytes | str, remedy: str) -> ServiceError:
        words = self._safe(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
        told = f"{self._where} {what}: {code} {words}".rstrip().rstrip(".")
        if code < _PERMANENT:
            return UnavailableError(f"{told}. {_LATER}", code=f"SMTP {code}")
        return RefusedError(f"{told}. {remedy}", code=f"SMTP {code}")

    @property
    def _where(self) -> str:
        return f"The mail server {self._server.host}:{self._server.port}"

    def _safe(self, words: str) -> str:
        password = self._server.password
        login = f"\0{self._server.username}\0{password}"
        forms = (base64.b64encode(text.encode()).decode() for text in (password, login) if password)
        return redact(words, (password, *forms))[:200]


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _is_long(text: str) -> bool:
    """Whether a line is longer than mail may have, which is 998 bytes; quoting would then make a text three times as long."""
    return any(len(line.encode()) > 900 for line in text.splitlines())
