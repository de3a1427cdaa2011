"""Letters through real servers: login, STARTTLS, refusals, silence, garbage; and what a letter looks like when it has arrived."""

import base64
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from resources.errors import AnswerError, ConfigurationMissingError, RefusedError, ServiceError, UnavailableError
from resources.mail import Letter, MailServer, MailSession, as_message, mail_server
from tests.resources.mail_servers import PASSWORD, USER, certificate, login, mail_box, server_context, talker

AT = datetime(2025, 10, 13, 6, tzinfo=UTC)


def letter(**changes: str) -> Letter:
    told = {"sender": "Volt <volt@example.com>", "to": "ana@example.com", "subject": "Your week", "text": "# Ana\n", "html": "<h1>Ana</h1>"}
    return Letter(id="1a2b3c", at=AT, **{**told, **changes})


def here(port: int, **options: object) -> MailServer:
    return MailServer.model_validate({"host": "127.0.0.1", "port": port, "security": "none", "seconds": 0.5, **options})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("certificate"))


def send(server: MailServer, one: Letter, context: ssl.SSLContext | None = None) -> None:
    with MailSession(server, context) as session:
        session.send(one)


def failure(server: MailServer, context: ssl.SSLContext | None = None) -> ServiceError:
    with pytest.raises(ServiceError) as told:
        send(server, letter(), context)
    assert PASSWORD not in str(told.value)
    return told.value


def test_a_letter_arrives_with_text_and_html_and_its_own_id() -> None:
    with mail_box() as (box, port):
        send(here(port), letter(text="# Ana\n\n.\nGrüße\n", html="<p>Grüße</p>", subject="Your week 2025-10-06"))
    arrived = box.letters[0]
    plain, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == ["# Ana", "", ".", "Grüße"]
    assert "<p>Grüße</p>" in html.get_content()
    assert (arrived["From"], arrived["To"]) == ("Volt <volt@example.com>", "ana@example.com")
    assert arrived["Message-ID"] == "<volt.1a2b3c@example.com>"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert box.to == ["ana@example.com"]


def test_names_with_line_breaks_make_no_header_and_other_scripts_arrive() -> None:
    subject = "Your week\r\nBcc: everybody@example.com\r\n\r\n東京 für Zoë"
    with mail_box() as (box, port):
        send(here(port), letter(subject=subject, sender='"Völt, Ÿ\u202e" <volt@example.com>'))
    arrived = box.letters[0]
    assert "Bcc" not in arrived
    assert arrived["Subject"] == "Your week Bcc: everybody@example.com 東京 für Zoë"
    assert arrived["From"].addresses[0].display_name == "Völt, Ÿ"
    assert box.to == ["ana@example.com"]
    assert box.raw[0].isascii()


def test_no_line_is_longer_than_mail_may_have() -> None:
    with mail_box() as (box, port):
        send(here(port), letter(text="x" * 5_000 + "\n" + "ü" * 3_000 + "\n", html="<p>" + "y" * 5_000 + "</p>", subject="z" * 5_000))
    assert max(map(len, box.raw[0].split(b"\r\n"))) <= 998
    body = box.letters[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("x" * 5_000)


def test_a_login_goes_over_starttls_whose_certificate_is_trusted(files: tuple[Path, Path]) -> None:
    options = {"tls_context": server_context(files), "require_starttls": True, "authenticator": login, "auth_required": True}
    trusting = ssl.create_default_context(cafile=str(files[0]))
    with mail_box(**options) as (box, port):
        send(here(port, security="starttls", username=USER, password=PASSWORD, seconds=5), letter(), trusting)
    assert box.to == ["ana@example.com"]


def test_a_certificate_that_nobody_vouches_for_ends_it_before_the_password_is_said(files: tuple[Path, Path]) -> None:
    said: list[str] = []

    def listen(*told: object) -> object:
        said.append(str(told))
        return None

    with mail_box(tls_context=server_context(files), authenticator=listen) as (box, port):
        error = failure(here(port, security="starttls", username=USER, password=PASSWORD, seconds=5))
    assert isinstance(error, RefusedError)
    assert "certificate that is not trusted" in str(error)
    assert not said
    assert not box.letters


def test_a_server_without_starttls_gets_no_password() -> None:
    with mail_box() as (box, port):
        error = failure(here(port, security="starttls", username=USER, password=PASSWORD))
    assert isinstance(error, RefusedError)
    assert "Check SMTP_HOST, SMTP_PORT and SMTP_SECURITY" in str(error)
    assert not box.letters


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_login_is_told_without_the_password() -> None:
    with mail_box(authenticator=login, auth_required=True, auth_require_tls=False) as (_, port):
        error = failure(here(port, username=USER, password="wrong-password"))
    assert isinstance(error, RefusedError)
    assert "refused the login: 535" in str(error)
    assert "Check SMTP_USERNAME and SMTP_PASSWORD" in str(error)
    assert "wrong-password" not in str(error)


def repeating(connection: socket.socket) -> None:
    """A server whose refusal repeats what it was told."""
    connection.sendall(b"220 hello\r\n")
    connection.recv(1_000)
    connection.sendall(b"250-hello\r\n250 AUTH PLAIN\r\n")
    told = connection.recv(1_000).split()[-1]
    connection.sendall(b"535 wrong: " + told + b" is " + base64.b64decode(told).rpartition(b"\0")[2] + b"\r\n")


def test_a_refusal_that_repeats_the_password_is_told_without_it() -> None:
    with talker(repeating) as port:
        error = failure(here(port, username=USER, password=PASSWORD, seconds=5))
    assert "refused the login: 535 wrong: [redacted] is [redacted]" in str(error)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_login_that_is_missing_is_told_as_that() -> None:
    with mail_box(authenticator=login, auth_required=True, auth_require_tls=False) as (_, port):
        error = failure(here(port))
    assert "Check SMTP_USERNAME and SMTP_PASSWORD" in str(error)


@pytest.mark.parametrize(("answer", "kind"), [("550 no such user", RefusedError), ("451 try later", UnavailableError)])
def test_a_refused_recipient_is_final_or_for_later_as_the_server_says(answer: str, kind: type[ServiceError]) -> None:
    with mail_box() as (box, port):
        box.refused["ana@example.com"] = answer
        error = failure(here(port))
    assert type(error) is kind
    assert answer in str(error)


def test_after_a_refused_recipient_the_others_get_theirs_over_the_same_connection() -> None:
    with mail_box() as (box, port), MailSession(here(port)) as session:
        box.refused["ana@example.com"] = "550 no such user"
        with pytest.raises(RefusedError):
            session.send(letter())
        session.send(letter(to="ben@example.com"))
        assert box.to == ["ben@example.com"]


def test_a_server_that_is_silent_is_not_waited_for() -> None:
    with talker(lambda _: None) as port:
        error = failure(here(port, seconds=0.1))
    assert isinstance(error, UnavailableError)
    assert "did not answer within 0.1 s" in str(error)


def test_a_server_that_falls_silent_within_a_letter_is_not_waited_for() -> None:
    with talker(lambda one: one.sendall(b"220 hello\r\n")) as port:
        assert isinstance(failure(here(port, seconds=0.1)), UnavailableError)


@pytest.mark.parametrize(
    "garbage", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x01\xff\xfe\r\n", b"x" * 10_000 + b"\r\n", b"220 \xff\xfe\r\nabc\r\n"]
)
def test_what_speaks_no_smtp_is_told_in_one_line(garbage: bytes) -> None:
    with talker(lambda one: one.sendall(garbage)) as port:
        error = failure(here(port, seconds=0.2))
    assert isinstance(error, AnswerError | UnavailableError | RefusedError)
    assert len(str(error).splitlines()) == 1
    assert "Check" in str(error) or "Try again later" in str(error)


def test_a_server_that_hangs_up_or_is_not_there_is_for_later() -> None:
    with talker(lambda one: one.close()) as port:
        assert isinstance(failure(here(port)), UnavailableError)
    assert isinstance(failure(here(port)), UnavailableError)


def environment(**changes: str) -> dict[str, str]:
    return {"SMTP_HOST": "smtp.example.com", **{f"SMTP_{name}": value for name, value in changes.items()}}


def test_the_environment_names_the_server_and_starttls_is_usual() -> None:
    assert mail_server({}) is None
    assert mail_server(environment()) == MailServer(host="smtp.example.com", port=587, security="starttls")
    assert mail_server(environment(SECURITY="TLS")) == MailServer(host="smtp.example.com", port=465, security="tls")
    local = mail_server(environment(HOST="127.0.0.1", PORT="2525"))
    assert local == MailServer(host="127.0.0.1", port=2525, security="none")
    login_set = mail_server(environment(USERNAME="volt", PASSWORD=PASSWORD))
    assert login_set is not None
    assert PASSWORD not in f"{login_set} {login_set!r}"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SECURITY": "none"}, "SMTP_SECURITY is none, but SMTP_HOST is another machine"),
        ({"SECURITY": "ssl"}, "SMTP_SECURITY is none of starttls, tls and none"),
        ({"PORT": "70000"}, "SMTP_PORT is no port"),
        ({"PORT": "smtp"}, "SMTP_PORT is no port"),
        ({"USERNAME": "volt"}, "only one is set"),
        ({"HOST": "smtp.exämple.com"}, "SMTP_HOST holds characters that cannot be right"),
    ],
)
def test_what_cannot_be_right_is_told_before_anything_is_sent(changes: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationMissingError, match=told):
        mail_server(environment(**changes))


def test_a_letter_is_the_same_bytes_each_time_but_for_its_boundary() -> None:
    one, other = as_message(letter()), as_message(letter())
    assert one["Message-ID"] == other["Message-ID"]
    assert one["Date"] == other["Date"] == "Mon, 13 Oct 2025 06:00:00 +0000"
