"""The examples in deploy/ fit what Volt serves. Not here: the servers that they configure."""

import re

from volt_assets.cli.main import main
from volt_assets.cli.run_page import UI_PORT
from volt_assets.settings import PROJECT

NGINX = (PROJECT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
UNIT = (PROJECT / "deploy" / "volt.service").read_text(encoding="utf-8")
TOKENS = re.compile(r"^(?!#).*(?:TOKEN|API_KEY|PASSWORD|WEBHOOK)", re.MULTILINE)


def locations() -> dict[str, str]:
    """The blocks of paths by path."""
    return dict(re.findall(r"^    location (\S+) \{\n(.*?)^    \}", NGINX, re.DOTALL | re.MULTILINE))


def test_the_ui_and_the_pages_are_reached_on_loopback_at_their_usual_ports() -> None:
    targets = {path: re.findall(r"proxy_pass (\S+);", block) for path, block in locations().items()}
    assert targets == {"/": [f"http://127.0.0.1:{UI_PORT}"], "/weeks/": [f"http://127.0.0.1:{UI_PORT + 1}"]}


def test_everything_is_behind_the_login_and_the_password_goes_no_further() -> None:
    secured = NGINX.partition("listen 443")[2]
    assert re.search(r"^    auth_basic +\"", secured, re.MULTILINE)
    assert "auth_basic off" not in NGINX
    assert all('proxy_set_header Authorization "";' in block for block in locations().values())


def test_the_pages_are_asked_under_a_name_that_they_answer_to() -> None:
    assert "proxy_set_header Host 127.0.0.1;" in locations()["/weeks/"]


def test_the_service_starts_a_command_that_there_is_and_names_no_secret() -> None:
    command = re.findall(r"^ExecStart=\S+/volt-agent (\S+)$", UNIT, re.MULTILINE)
    assert command
    assert set(command) <= set(main.commands)
    assert not TOKENS.search(UNIT)
    assert not TOKENS.search(NGINX)
