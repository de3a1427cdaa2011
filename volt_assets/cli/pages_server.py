"""Serves the pages and reports of a store on loopback, read only, beside the UI. Not here: making pages, the UI, anybody's login.

A browser opens no file from a web page, so the links in the UI need an address. What is served is what people read: nothing of the raw
data, the joined weeks or the manifest.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from upath import UPath

from io_managers.files import is_local, read_bytes
from io_managers.week_store import StoreError, WeekStore
from volt_assets.assets.publishing import REPORT_FOLDER

HOST = "127.0.0.1"
_LOOPBACK = frozenset({HOST, "localhost", "::1"})
_INDEX = "/weeks/index.html"
_OF_ALL_WEEKS = re.compile(r"/weeks/(index|latest)\.html")
_OF_A_WEEK = re.compile(rf"/weeks/([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/({REPORT_FOLDER}/(?:[\w-]+/)*[\w-][\w.-]*)", re.ASCII)
_TYPES = {".html": "text/html", ".md": "text/plain", ".json": "application/json"}
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_POLICIES = {".html": f"{_NOTHING}; style-src 'unsafe-inline'; img-src data:"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_STOP_SECONDS = 5


def pages_app(store: WeekStore) -> Starlette:
    """Answers `GET` and `HEAD` of the pages over all weeks and of a week's reports; 404 for all else.

    Only under a name of this machine's own: a page from elsewhere whose host name was led here (DNS rebinding) is refused.
    """

    def answer(request: Request) -> Response:
        if not _is_loopback(request.headers.get("host", "")):
            return _plain("These pages are for this machine: open them at http://127.0.0.1 or http://localhost.", 403)
        path: str = request.scope["path"]
        if path == "/":
            return RedirectResponse(_INDEX, headers=_HEADERS)
        content, ending = _content(store, path), path[path.rfind(".") :]
        if content is None:
            return _plain(f"There is no such page. The weeks are listed at {_INDEX} once a week's report_site has been made.", 404)
        policy = {"Content-Security-Policy": _POLICIES.get(ending, _NOTHING)}
        return Response(content, headers={**_HEADERS, **policy}, media_type=f"{_TYPES[ending]}; charset=utf-8")

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET"])])


@contextlib.contextmanager
def serving_pages(store: WeekStore, port: int) -> Iterator[str]:
    """Serves a store's pages from a thread as long as it lasts, at the address that it yields. Raises OSError for a port that is taken."""
    with socket.create_server((HOST, port)) as listening:
        app = pages_app(store)
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none", loop="asyncio", http="h11")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), name="volt-pages", daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_STOP_SECONDS)


def _content(store: WeekStore, path: str) -> bytes | None:
    """What is served under a path; None for what is not there, cannot be read, or is not for readers."""
    if path[path.rfind(".") :] not in _TYPES:
        return None
    of_a_week = _OF_A_WEEK.fullmatch(path)
    try:
        if _OF_ALL_WEEKS.fullmatch(path):
            page = store.root.joinpath(*path.split("/")[1:])
            return _read(page, within=page)
        week, name = of_a_week.groups() if of_a_week else ("", "")
        return _read(store.path(week, name), within=store.path(week, REPORT_FOLDER))
    except (StoreError, OSError, RuntimeError):  # the last for links in a circle, before Python 3.13
        return None


def _read(file: UPath, *, within: UPath) -> bytes | None:
    """A file's content; None where a symbolic link leads out of where it is to be."""
    if is_local(file) and not Path(file.path).resolve().is_relative_to(Path(within.parent.path).resolve() / within.name):
        return None
    return read_bytes(file)


def _is_loopback(host: str) -> bool:
    """Whether a `Host` header names this machine by its own loopback names, with any port."""
    try:
        return urlsplit(f"//{host}").hostname in _LOOPBACK
    except ValueError:
        return False


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, headers={**_HEADERS, "Content-Security-Policy": _NOTHING}, media_type="text/plain; charset=utf-8")
