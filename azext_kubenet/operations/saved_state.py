"""What there is before a move, in a file: the cluster, its route tables and security groups, policies if seen.

It is written once. A later run of the same move keeps it: by then there may be less to write down.
"""

import json
import os
import re
from collections.abc import Callable
from datetime import datetime, timezone

from azext_kubenet.addressing.findings import Finding, Severity, use
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.cluster_update import uid_of
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import Say
from azext_kubenet.checks.context import NSG
from azext_kubenet.checks.running.running_context import RunningContext
from azext_kubenet.discovery.inspection import NotInspected
from azext_kubenet.errors import Refused
from azext_kubenet.options.file_options import is_standard_output
from azext_kubenet.output import files

_OPTION, _ENDINGS, _COMMAND = "--save", (".json",), "migrate"
_NAME = "cluster.json"
#: A name and a password in an address, as a proxy may have them.
_SECRET = re.compile(r"(://)[^/@\s\"]+@")


def saved_at(path: str, cluster: ResourceId, body: Json | None = None) -> str:
    """When an earlier run wrote what there was of this cluster to a file; "" if it did not.

    body: the cluster as it is, where that is known: another one may have its name by now
    """
    if not os.path.isfile(path):  # a device may have no end
        return ""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except (OSError, ValueError):
        return ""
    found = document.get("cluster") if isinstance(document, dict) else None
    if not isinstance(found, dict):
        return ""
    uid, now = uid_of(found), uid_of(body or {})
    is_another = bool(uid and now) and uid != now
    return "" if is_another or ResourceId(text(found, "id")) != cluster else text(document, "savedAt")


def obstacles(path: str, cluster: ResourceId, body: Json | None = None) -> list[Finding]:
    """What prevents writing it: above all a file that has something else. body: as for saved_at"""
    if not path or saved_at(path, cluster, body):
        return []
    if is_standard_output(path):
        message = f"{_OPTION}: {path} is standard output, and what there was is to be kept in a file"
        return [Finding("file-not-writable", Severity.ERROR, (_OPTION,), message, (use(_OPTION, _NAME),))]
    if os.path.isfile(path):
        free = next(each for each in _other_names(path) if not os.path.exists(each))
        message = f"{_OPTION}: {path} exists, and is not what an earlier run of this move has written"
        return [Finding("file-exists", Severity.ERROR, (_OPTION,), message, (use(_OPTION, free),))]
    return files.obstacles(_OPTION, path, _ENDINGS, command=_COMMAND)


def _other_names(path: str) -> list[str]:
    stem, ending = os.path.splitext(path)
    return [f"{stem}-{number}{ending}" for number in range(2, 1000)]


#: Reads all network policies of the cluster now; None where nobody asked for a look inside.
Policies = Callable[[], list[Json] | NotInspected] | None


def save(path: str, client: ArmClient, context: RunningContext, policies: Policies, say: Say) -> None:
    """Write what was read of the cluster, and read tables, security groups and policies beside it. Raises Refused.

    What may not be read stands there by its id, and is said.
    """
    seen, document = context.seen, dict[str, object]()
    document["savedAt"] = datetime.now(timezone.utc).isoformat(timespec="seconds")
    document["cluster"] = context.body
    unread = dict.fromkeys(
        pool.subnet.parent for pool in context.cluster.pools if pool.subnet.parent not in seen.bodies
    )
    networks = _read(client, [each for each in unread if each], api_versions.VNET_API)
    document["virtualNetworks"] = [*seen.bodies.values(), *networks]
    groups = dict.fromkeys(each.shown.security_group for each in seen.subnets if each.shown)
    attached = [*dict.fromkeys([*seen.attached_tables, *seen.tables])]
    document["routeTables"] = tables = _read(client, attached, api_versions.TABLE_API)
    document["networkSecurityGroups"] = rules = _read(client, [each for each in groups if each], NSG.api_version)
    hidden = [ResourceId(text(each, "id")).name for each in (*networks, *tables, *rules) if "notRead" in each]
    if hidden:
        say(f"  note: could not be read, and stands in {path} by its id alone: {', '.join(hidden)}")
    found = policies() if policies is not None else []
    if isinstance(found, NotInspected):
        say(f"  note: the network policies are not in {path}: {found.why}; {found.mend}")
        document["networkPolicies"] = {"notRead": found.why}
    elif policies is not None:
        document["networkPolicies"] = found
    try:
        files.write(path, _SECRET.sub(r"\1", json.dumps(document, indent=2)) + "\n", _COMMAND)
    except OSError as error:
        raise Refused(f"{_OPTION}: {path} could not be written: {error.strerror}", "use another name") from error


def _read(client: ArmClient, wanted: list[ResourceId], api_version: str) -> list[Json]:
    """Resources by their ids, as Azure shows them; one that may not be read by its id and why."""
    found = []
    for each in wanted:
        try:
            found.append(client.get(str(each), api_version) or {"id": str(each), "notFound": True})
        except AzureError as error:
            found.append({"id": str(each), "notRead": error.reason})
    return found
