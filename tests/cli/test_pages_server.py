"""The pages beside the UI: what is served, to whom, and what is not. Not here: what a page says."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from io_managers.week_store import WeekStore
from volt_assets.cli.pages_server import HOST, serving_pages

WEEK = "2025-10-06"
SECRET = "raw data"
FILES = {
    f"weeks/{WEEK}/reports/html/index.html": "<p>the week</p>",
    f"weeks/{WEEK}/reports/html/ana-example-101.html": "<p>Ana</p>",
    f"weeks/{WEEK}/reports/individual/ana-example-101.md": "# Ana",
    f"weeks/{WEEK}/reports/team_summary.json": '{"week": 1}',
    "weeks/index.html": "<p>all weeks</p>",
    "weeks/latest.html": "<p>latest</p>",
    f"weeks/{WEEK}/raw_toggl_data.json": SECRET,
    f"weeks/{WEEK}/enriched_data.json": SECRET,
    f"weeks/{WEEK}/manifest.json": SECRET,
    f"weeks/{WEEK}/reports/page.js": SECRET,
    f"weeks/{WEEK}/reports/.hidden.html": SECRET,
    f"weeks/{WEEK}/reports/html/.index.html.x.part": SECRET,
    "weeks/other.html": SECRET,
    "store.json": SECRET,
    f"history/{WEEK}/run/reports/team_summary.md": SECRET,
    "cache/llm/answer.json": SECRET,
    "outside.html": SECRET,
}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> WeekStore:
    """A store with these files, on a disk and elsewhere."""
    made = WeekStore(str(tmp_path) if request.param == "folder" else f"memory://{tmp_path.name}")
    for name, text in FILES.items():
        path = made.root.joinpath(*name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return made


@pytest.fixture
def address(store: WeekStore) -> Iterator[str]:
    """Where the store's pages are served."""
    with serving_pages(store, 0) as url:
        yield url


def ask(address: str, path: str, method: str = "GET", **headers: str) -> tuple[int, str, str]:
    """The status, headers and text of an answer to a request whose path is sent as it is written, dots and all."""
    host, _, port = address.removeprefix("http://").partition(":")
    told = {"Host": f"{host}:{port}", "Connection": "close", **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall("\r\n".join(lines).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    head, _, text = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head.lower(), text


def test_pages_reports_and_their_figures_are_served_and_nothing_else_of_the_store(address: str) -> None:
    served = {name: httpx.get(f"{address}/{name}") for name in FILES}
    open_to_readers = {name: answer.text for name, answer in served.items() if answer.status_code == 200}
    assert open_to_readers == {name: text for name, text in FILES.items() if text != SECRET}
    assert {answer.status_code for name, answer in served.items() if FILES[name] == SECRET} == {404}
    assert not [name for name, answer in served.items() if FILES[name] == SECRET and SECRET in answer.text]


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.html",
        "/weeks/../outside.html",
        f"/weeks/{WEEK}/reports/../manifest.json",
        f"/weeks/{WEEK}/reports/../../../outside.html",
        f"/weeks/{WEEK}/reports/%2e%2e/manifest.json",
        f"/weeks/{WEEK}/reports/..%2fmanifest.json",
        f"/weeks/{WEEK}/reports/..%5cmanifest.json",
        f"/weeks/{WEEK}/reports//manifest.json",
        f"/weeks/{WEEK}/reports/html",
        f"/weeks/{WEEK}/reports/html/index.html/",
        f"/weeks/{WEEK}/reports/html/index.html/x.html",
        f"/weeks/{WEEK}/reports/html/index.html%00.md",
        f"/weeks/{WEEK}/reports/html/nobody.html",
        "/weeks/2025-10-07/reports/html/index.html",
        "/weeks/..../reports/html/index.html",
        f"//weeks/{WEEK}/reports/html/index.html",
        f"/weeks/{WEEK}/raw_toggl_data.json%3f/reports/x.html",
    ],
)
def test_no_other_way_leads_anywhere(address: str, path: str) -> None:
    status, _, text = ask(address, path)
    assert status == 404
    assert SECRET not in text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_it_only_reads(address: str, store: WeekStore, method: str) -> None:
    assert ask(address, "/weeks/index.html", method)[0] == 405
    assert (store.root / "weeks" / "index.html").read_bytes().decode() == FILES["weeks/index.html"]


def test_a_head_request_has_the_length_and_no_text(address: str) -> None:
    status, head, text = ask(address, "/weeks/index.html", "HEAD")
    assert (status, text) == (200, "")
    assert f"content-length: {len(FILES['weeks/index.html'])}" in head


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.168.0.1", "", "[::1", "a@b@c"]
)
def test_a_foreign_host_name_that_leads_here_is_refused(address: str, host: str) -> None:
    status, _, text = ask(address, "/weeks/index.html", Host=host)
    assert status == 403
    assert FILES["weeks/index.html"] not in text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:3001", "127.0.0.1:1", "[::1]:3001"])
def test_this_machines_own_names_are_served(address: str, host: str) -> None:
    assert ask(address, "/weeks/index.html", Host=host)[0] == 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (f"weeks/{WEEK}/reports/html/index.html", "text/html"),
        (f"weeks/{WEEK}/reports/individual/ana-example-101.md", "text/plain"),
        (f"weeks/{WEEK}/reports/team_summary.json", "application/json"),
    ],
)
def test_every_answer_forbids_what_a_page_does_not_need(address: str, name: str, kind: str) -> None:
    told = httpx.get(f"{address}/{name}").headers
    assert told["content-type"] == f"{kind}; charset=utf-8"
    assert told["x-content-type-options"] == "nosniff"
    assert told["cross-origin-resource-policy"] == "same-origin"
    assert told["cache-control"] == "no-store"
    policy = told["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert ("style-src 'unsafe-inline'; img-src data:" in policy) is (kind == "text/html")
    assert "script" not in policy


def test_the_bare_address_leads_to_all_weeks(address: str) -> None:
    assert httpx.get(address, follow_redirects=True).text == FILES["weeks/index.html"]


def test_a_store_without_pages_says_so(tmp_path: Path) -> None:
    with serving_pages(WeekStore(str(tmp_path)), 0) as url:
        answer = httpx.get(f"{url}/weeks/index.html")
    assert (answer.status_code, "once a week's report_site has been made" in answer.text) == (404, True)


def test_it_listens_on_loopback_and_ends_with_its_block(tmp_path: Path) -> None:
    with serving_pages(WeekStore(str(tmp_path)), 0) as url:
        assert url.startswith(f"http://{HOST}:")
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_taken_port_is_an_error(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        serving = serving_pages(WeekStore(str(tmp_path)), taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            serving.__enter__()


def test_a_link_in_the_store_leads_to_nothing_outside_the_reports(tmp_path: Path) -> None:
    place = tmp_path / "place"
    html = place / "weeks" / WEEK / "reports" / "html"
    html.mkdir(parents=True)
    (place / "weeks" / WEEK / "raw_toggl_data.json").write_text(SECRET)
    (html / "index.html").write_text("the week")
    (html / "away.html").symlink_to(place / "weeks" / WEEK / "raw_toggl_data.json")
    (html / "same.html").symlink_to("index.html")
    (html / "loop.html").symlink_to("loop.html")
    (place / "weeks" / "index.html").symlink_to(f"{WEEK}/raw_toggl_data.json")
    (place / "weeks" / "latest.html").symlink_to("/etc/hostname")
    (tmp_path / "store").symlink_to(place)
    with serving_pages(WeekStore(str(tmp_path / "store")), 0) as url:
        week = [httpx.get(f"{url}/weeks/{WEEK}/reports/html/{name}.html").status_code for name in ("index", "same", "away", "loop")]
        over_all = [httpx.get(f"{url}/weeks/{name}.html") for name in ("index", "latest")]
    assert week == [200, 200, 404, 404]
    assert [one.status_code for one in over_all] == [404, 404]


def test_what_cannot_be_read_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "weeks" / "index.html").mkdir(parents=True)
    with serving_pages(WeekStore(str(tmp_path)), 0) as url:
        answers = [httpx.get(f"{url}/weeks/{path}.html") for path in ("index", f"{WEEK}/reports/html/{'a' * 300}")]
    assert [one.status_code for one in answers] == [404, 404]
    assert all(one.headers["x-content-type-options"] == "nosniff" for one in answers)
