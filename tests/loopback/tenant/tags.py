"""Tags at a scope, Microsoft.Resources/tags/default: what ``az tag`` sends. Our model, nothing here was recorded.

Written after Microsoft's REST reference (Tags - Get, Create Or Update, Update At Scope): Merge adds tags and changes
values, Replace puts all in place of those that are there, Delete takes away those of the name and the value. That a
write is answered with 200 at once is ours; the reference allows 202 as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core import errors, ids
from ..core.store import Body
from ..core.wire import Answer, Call

if TYPE_CHECKING:
    from ..server.cloud import Cloud

_PATH = re.compile(r"^(/subscriptions/.+)/providers/Microsoft\.Resources/tags/default/?$", re.IGNORECASE)
_VERBS = {"GET": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


def answer(cloud: Cloud, call: Call) -> Answer | None:
    """The tags of one thing; None for anything else."""
    match = _PATH.match(call.path)
    if not match or call.method not in _VERBS:
        return None
    rid = ids.parse(match[1])
    if rid is None or rid.key not in cloud.store:
        raise errors.wrapped(404, "ResourceNotFound", f"The resource '{match[1]}' was not found.")
    cloud.roles.require(call.caller, f"Microsoft.Resources/tags/{_VERBS[call.method]}", rid.text())
    cloud.roles.locks.require_free(call.method, rid.text())
    body = cloud.store[rid.key]
    if call.method != "GET":
        body["tags"] = _changed(body.get("tags") or {}, call)
    shown: Body = {"name": "default", "type": "Microsoft.Resources/tags"}
    shown["id"] = f"{body['id']}/providers/Microsoft.Resources/tags/default"
    shown["properties"] = {"tags": body.get("tags") or {}}
    return Answer(200, shown)


def _changed(tags: dict[str, str], call: Call) -> dict[str, str]:
    """The tags after a write. Names of tags are the same in any case."""
    sent = call.body if isinstance(call.body, dict) else {}
    wanted = (sent.get("properties") or {}).get("tags") or {}
    how = {"PUT": "replace", "DELETE": "none"}.get(call.method) or str(sent.get("operation")).lower()
    if how not in ("replace", "none", "merge", "delete"):
        raise errors.wrapped(400, "InvalidTagsOperation", f"The operation '{sent.get('operation')}' is not known.")
    if how in ("replace", "none"):
        return dict(wanted) if how == "replace" else {}
    named = {name.lower() for name in wanted}
    kept = {name: value for name, value in tags.items() if name.lower() not in named}
    if how == "merge":
        return {**kept, **wanted}
    gone = {(name.lower(), value) for name, value in wanted.items()}
    return {name: value for name, value in tags.items() if (name.lower(), value) not in gone}
