"""The Fibery server: commands, schema, documents, and a small page for each entity so that links lead somewhere.

No query language (`fibery_query.py`) and no data.
"""

import hashlib
import html
import json
import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from volt_assets.sandbox.answers import json_body, json_response
from volt_assets.sandbox.chance import stable_uuid
from volt_assets.sandbox.constants import FIBERY_TOKEN, SCHEMA_VERSION
from volt_assets.sandbox.fibery_query import Engine
from volt_assets.sandbox.fibery_store import QueryError, Store, failure
from volt_assets.sandbox.fibery_types import Field, Type, Workspace
from volt_assets.sandbox.gate import COMMANDS
from volt_assets.sandbox.models import Row
from volt_assets.sandbox.options import Options
from volt_assets.sandbox.world import World

_PUBLIC_ID: Final = re.compile(r"(?:^|-)(\d+)$")
_DOCUMENT_FORMATS: Final = ("md", "html", "plain-text", "json")


class _UnknownCommandError(Exception):
    """A command that Fibery answers with HTTP 500."""


def fibery_app(world: World, options: Options) -> Router:
    """The service, to be mounted under `/fibery`."""
    service = _Fibery(world.fibery, options)
    return Router([
        Route("/api/commands", _allowed(service.commands), methods=["POST"]),
        Route("/api/schema", _allowed(service.schema), methods=["GET"]),
        Route("/api/documents/commands", _allowed(service.documents), methods=["POST"]),
        Route("/api/documents/{secret}", _allowed(service.document), methods=["GET"]),
        Route("/{space}/{database}/{name}", service.page, methods=["GET"]),
    ])  # fmt: skip


def schema_json(workspace: Workspace) -> dict[str, object]:
    """The schema as `GET /api/schema` gives it."""
    return {
        "fibery/version": SCHEMA_VERSION,
        "fibery/id": stable_uuid("schema"),
        "fibery/meta": {"fibery/version": "1.0.79", "fibery/rel-version": "1.0.8", "fibery/maintenance?": False},
        "fibery/types": [_type_json(kind) for kind in workspace.types],
    }


class _Fibery:
    def __init__(self, workspace: Workspace, options: Options) -> None:
        self._store = Store(workspace, options)
        self._engine = Engine(self._store)
        self._workspace = workspace
        self._schema = schema_json(workspace)
        self._tag = '"' + hashlib.sha256(json.dumps(self._schema).encode()).hexdigest()[:32] + '"'

    async def commands(self, request: Request) -> Response:
        body = await json_body(request)
        if not isinstance(body, list | dict):
            return _server_error("commands.error/invalid-json", "Request body is not valid JSON.")
        commands = body if isinstance(body, list) else [body]
        request.scope[COMMANDS] = len(commands)
        try:
            answers = [self._answer(command) for command in commands]
        except _UnknownCommandError as error:
            return _server_error("commands.error/unknown-command", f'Unknown command "{error}".')
        return json_response(answers if isinstance(body, list) else answers[0])

    def _answer(self, command: object) -> dict[str, object]:
        name = command.get("command") if isinstance(command, dict) else None
        args = command.get("args") if isinstance(command, dict) else None
        answers: dict[object, Callable[[object], object]] = {
            "fibery.schema/query": lambda _: self._schema,
            "fibery.entity/query": self._engine.query,
            "fibery.command/batch": self._batch,
        }
        if name not in answers:
            raise _UnknownCommandError(name)
        try:
            return {"success": True, "result": answers[name](args)}
        except QueryError as error:
            return failure(error, args)

    def _batch(self, args: object) -> list[dict[str, object]]:
        commands = args.get("commands") if isinstance(args, dict) else None
        return [self._answer(command) for command in commands] if isinstance(commands, list) else []

    async def schema(self, request: Request) -> Response:
        if request.headers.get("if-none-match") == self._tag:
            return Response(status_code=304, headers={"ETag": self._tag})
        return json_response(self._schema, headers={"ETag": self._tag})

    async def document(self, request: Request) -> Response:
        secret = request.path_params["secret"]
        if secret not in self._workspace.documents:
            return json_response({"name": "documents.error/not-found", "message": "Document was not found."}, 404)
        return json_response({"secret": secret, "content": self._content(secret, request)})

    async def documents(self, request: Request) -> Response:
        body = await json_body(request)
        args = body.get("args") if isinstance(body, dict) else None
        if not isinstance(body, dict) or body.get("command") != "get-documents" or not isinstance(args, list):
            return _server_error("commands.error/unknown-command", "Unknown documents command.")
        secrets = [str(one.get("secret")) for one in args if isinstance(one, dict)]
        known = [secret for secret in secrets if secret in self._workspace.documents]
        return json_response([{"secret": secret, "content": self._content(secret, request)} for secret in known])

    def _content(self, secret: str, request: Request) -> object:
        text, wanted = self._workspace.documents[secret], request.query_params.get("format", "md")
        if wanted not in _DOCUMENT_FORMATS or wanted == "md":
            return text
        if wanted == "json":
            paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
            return {"doc": {"type": "doc", "content": [paragraph]}, "comments": []}
        return f"<p>{html.escape(text)}</p>" if wanted == "html" else re.sub(r"[*#>]|<br>", " ", text)

    async def page(self, request: Request) -> Response:
        kind, row = self._linked(request.path_params)
        if kind is None or row is None:
            return HTMLResponse("<!doctype html><title>Not found</title><h1>This entity does not exist.</h1>", 404)
        return HTMLResponse(_page(kind, row, self._store))

    def _linked(self, parts: dict[str, str]) -> tuple[Type | None, Row | None]:
        wanted = f"{parts['space']}/{parts['database']}".replace("_", " ")
        kind = next((one for one in self._workspace.types if one.name.replace("_", " ") == wanted), None)
        found = _PUBLIC_ID.search(parts["name"])
        if kind is None or found is None:
            return None, None
        rows = (row for row in self._store.rows(kind) if row.get("fibery/public-id") == found.group(1))
        return kind, next(rows, None)


def _allowed(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def allowed(request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme not in ("Token", "Bearer") or token != FIBERY_TOKEN:
            return PlainTextResponse("Unauthorized", 401)
        return await handler(request)

    return allowed


def _server_error(name: str, message: str) -> Response:
    return json_response({"name": name, "message": message, "data": {}}, 500)


def _type_json(kind: Type) -> dict[str, object]:
    return {
        "fibery/name": kind.name,
        "fibery/id": kind.type_id,
        "fibery/deleted?": kind.deleted,
        "fibery/meta": dict(kind.meta),
        "fibery/fields": [_field_json(kind, field) for field in kind.fields],
    }


def _field_json(kind: Type, field: Field) -> dict[str, object]:
    return {
        "fibery/name": field.name,
        "fibery/type": field.type_name,
        "fibery/id": stable_uuid("field", kind.name, field.name),
        "fibery/deleted?": field.deleted,
        "fibery/meta": dict(field.meta),
    }


def _page(kind: Type, row: Row, store: Store) -> str:
    title = html.escape(str(row.get(kind.title) or "Untitled"))
    state = kind.field("workflow/state")
    current = store.one(state, row) if state else None
    shown = [(field.name, row.get(field.name)) for field in kind.fields if not field.deleted and store.primitive(field)]
    facts = [("State", current["enum/name"] if current else "-"), *shown]
    lines = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in facts)
    style = "body{font:16px sans-serif;margin:2rem auto;max-width:50rem}th{text-align:left;padding-right:2rem}"
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><style>{style}</style>"
        f"<p>{html.escape(kind.name)} #{row['fibery/public-id']} (sandbox)</p><h1>{title}</h1><table>{lines}</table>"
    )
