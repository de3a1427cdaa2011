"""Fibery's commands: which there are, their envelopes, and those that fail because of a switch.

No HTTP, no query language (`fibery_query.py`) and no writing (`fibery_writes.py`). Error codes are those of reference/fibery.md 1.4.
"""

from collections.abc import Callable
from typing import Final

from volt_assets.sandbox.fibery_edits import LiveWorkspace
from volt_assets.sandbox.fibery_query import Engine
from volt_assets.sandbox.fibery_schema import schema_json
from volt_assets.sandbox.fibery_store import QueryError, Store, failure
from volt_assets.sandbox.fibery_writes import Writes

_REVOKED: Final = "commands.error/account-capability-was-revoked"
_TIMEOUT: Final = "entity.error/query-timeout"
_BATCH: Final = "fibery.command/batch"


class UnknownCommandError(Exception):
    """A command that Fibery answers with HTTP 500."""


class Commands:
    """Answers the commands of one request, in order, for the user whose token asks."""

    def __init__(self, live: LiveWorkspace, store: Callable[[], Store], me: str) -> None:
        self._store = store
        self._me = me
        self._options = store().options
        writes = Writes(live, store)
        self._answers: dict[object, Callable[[object], object]] = {
            "fibery.schema/query": self._schema,
            "fibery.entity/query": self._query,
            "fibery.entity/create": writes.create,
            "fibery.entity/update": writes.update,
            "fibery.entity/delete": writes.delete,
            _BATCH: self._batch,
        }

    def answer(self, command: object) -> dict[str, object]:
        """The envelope of one command. Raises UnknownCommandError."""
        name = command.get("command") if isinstance(command, dict) else None
        args = command.get("args") if isinstance(command, dict) else None
        if name not in self._answers:
            raise UnknownCommandError(name)
        answers = self._refuse if name in self._options.fibery_revoked else self._answers[name]
        try:
            return {"success": True, "result": answers(args)}
        except QueryError as error:
            return failure(error, args, self._store().workspace.schema_version)

    def _refuse(self, _: object) -> object:
        raise QueryError(_REVOKED, "Account capability was revoked.")

    def _schema(self, args: object) -> object:
        described = isinstance(args, dict) and args.get("with-description?") is True
        return schema_json(self._store().workspace, deleted=self._options.soft_deleted != "never", descriptions=described)

    def _query(self, args: object) -> object:
        query = args.get("query") if isinstance(args, dict) else None
        source = query.get("q/from") if isinstance(query, dict) else None
        for database, code in sorted(self._options.fibery_refuses):
            if database == source:
                raise QueryError(code, f'"{database}" query was refused: {code.rsplit("/", maxsplit=1)[-1]}.')
        rows = Engine(self._store(), self._me).query(args)
        self._check_time(args, rows)
        return {"data": rows, "meta": {}} if self._options.fibery_result == "data" else rows

    def _check_time(self, args: object, rows: list[object]) -> None:
        """Fails a query that names too many ids or gives too many rows, as Fibery does when it runs out of time."""
        params = args.get("params") if isinstance(args, dict) else None
        lists = [len(value) for value in params.values() if isinstance(value, list)] if isinstance(params, dict) else []
        if self._options.fibery_slow_above is not None and max([len(rows), *lists]) > self._options.fibery_slow_above:
            raise QueryError(_TIMEOUT, "Query execution failed: statement timeout.")

    def _batch(self, args: object) -> list[dict[str, object]]:
        commands = args.get("commands") if isinstance(args, dict) else None
        answers = [self.answer(command) for command in commands] if isinstance(commands, list) else []
        failed = next((answer["result"] for answer in answers if not answer["success"]), None)
        if self._options.fibery_batch == "atomic" and isinstance(failed, dict):
            raise QueryError(str(failed["name"]), str(failed["message"]))
        return answers
