"""The Fibery server: its routes, what one POST of commands may hold, and the answers of the schema, documents and files.

No query language (`fibery_query.py`), no commands of its own (`fibery_commands.py`) and no data.
"""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from volt_assets.sandbox.answers import json_body, json_response
from volt_assets.sandbox.fibery_commands import Commands, UnknownCommandError
from volt_assets.sandbox.fibery_documents import TooManySecretsError, UnknownSecretError, documents, one_document
from volt_assets.sandbox.fibery_edits import LiveWorkspace
from volt_assets.sandbox.fibery_guard import ME, FiberyGuard
from volt_assets.sandbox.fibery_page import entity_page
from volt_assets.sandbox.fibery_schema import is_current, schema_json, schema_tag
from volt_assets.sandbox.fibery_store import ServerFailure, Store
from volt_assets.sandbox.gate import COMMANDS, Clock
from volt_assets.sandbox.models import Row
from volt_assets.sandbox.options import Options

_NO_SUCH_TEXT: Final = ("documents.error/not-found", "Document was not found.")


def fibery_app(live: LiveWorkspace, options: Options, clock: Clock) -> Router:
    """The service, to be mounted under `/fibery`."""
    service, guard = _Fibery(live, options), FiberyGuard(options, clock)
    return Router([
        Route("/api/commands", guard(service.commands), methods=["POST"]),
        Route("/api/schema", guard(service.schema), methods=["GET"]),
        Route("/api/documents/commands", guard(service.documents), methods=["POST"]),
        Route("/api/documents/{secret}", guard(service.document), methods=["GET"]),
        Route("/api/files/{secret}", guard(service.file), methods=["GET"]),
        Route("/{space}/{database}/{name}", service.page, methods=["GET"]),
    ])  # fmt: skip


class _Fibery:
    def __init__(self, live: LiveWorkspace, options: Options) -> None:
        self._live = live
        self._options = options
        self._store = Store(live.now, options)

    def _current(self) -> Store:
        """The store of the workspace as it is now; made anew when somebody edited it."""
        now = self._live.now
        if self._store.workspace is not now:
            self._store = Store(now, self._options)
        return self._store

    async def commands(self, request: Request) -> Response:
        body = await json_body(request)
        if not isinstance(body, list | dict):
            return _server_error("commands.error/invalid-json", "Request body is not valid JSON.")
        asked = body if isinstance(body, list) else [body]
        request.scope[COMMANDS] = len(asked)
        refused = await self._too_much(request, len(asked))
        if refused:
            return refused
        commands = Commands(self._live, self._current, str(request.scope[ME]))
        try:
            answers = [commands.answer(command) for command in asked]
        except UnknownCommandError as error:
            return _server_error("commands.error/unknown-command", f'Unknown command "{error}".')
        except ServerFailure as error:
            return _server_error("unexpected.error/internal", str(error))
        return json_response(answers if isinstance(body, list) else answers[0])

    async def _too_much(self, request: Request, commands: int) -> Response | None:
        largest, most = self._options.fibery_largest_body, self._options.fibery_most_commands
        if largest is not None and len(await request.body()) > largest:
            return PlainTextResponse("Payload Too Large", 413)
        if most is not None and commands > most:
            return _server_error("commands.error/too-many-commands", f"{commands} commands were sent; {most} are the most.")
        return None

    async def schema(self, request: Request) -> Response:
        asked, shown = request.query_params.get("with-soft-deleted") != "false", self._options.soft_deleted
        deleted = asked if shown == "as_asked" else shown == "always"
        descriptions = request.query_params.get("with-description") == "true"
        schema = schema_json(self._live.now, deleted=deleted, descriptions=descriptions)
        if not self._options.schema_etag:
            return json_response(schema)
        tag = schema_tag(schema)
        if is_current(tag, request.headers.get("if-none-match")):
            return Response(status_code=304, headers={"ETag": tag})
        return json_response(schema, headers={"ETag": tag})

    async def document(self, request: Request) -> Response:
        secret, wanted = request.path_params["secret"], request.query_params.get("format", "md")
        return _documents_answer(lambda: one_document(self._current(), secret, wanted))

    async def documents(self, request: Request) -> Response:
        body = await json_body(request)
        args = body.get("args") if isinstance(body, dict) else None
        if not isinstance(body, dict) or body.get("command") != "get-documents" or not isinstance(args, list):
            return _server_error("commands.error/unknown-command", "Unknown documents command.")
        secrets, wanted = [_secret(one) for one in args], request.query_params.get("format", "md")
        return _documents_answer(lambda: documents(self._current(), secrets, wanted))

    async def file(self, request: Request) -> Response:
        secret, now = request.path_params["secret"], self._live.now
        row = next((row for row in now.entities("fibery/file") if row["fibery/secret"] == secret), None)
        if row is None or secret not in now.files:
            return json_response({"name": "files.error/not-found", "message": "File was not found.", "data": {}}, 404)
        return Response(now.files[secret], media_type=_content_type(row))

    async def page(self, request: Request) -> Response:
        page = entity_page(self._current(), request.path_params)
        if page is None:
            return HTMLResponse("<!doctype html><title>Not found</title><h1>This entity does not exist.</h1>", 404)
        return HTMLResponse(page)


def _documents_answer(read: Callable[[], object]) -> Response:
    try:
        return json_response(read())
    except UnknownSecretError:
        name, message = _NO_SUCH_TEXT
        return json_response({"name": name, "message": message}, 404)
    except TooManySecretsError as error:
        return _server_error("documents.error/too-many-documents", str(error))


def _secret(item: object) -> str:
    return str(item.get("secret")) if isinstance(item, dict) else ""


def _content_type(row: Row) -> str:
    return str(row["fibery/content-type"])


def _server_error(name: str, message: str) -> Response:
    return json_response({"name": name, "message": message, "data": {}}, 500)
