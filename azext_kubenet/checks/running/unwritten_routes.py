"""Why AKS does not write the route of a node, as far as Azure shows it, and what mends that. [R36]

What cannot be read here makes the advice poorer, and is no finding. Once nothing is in the way, AKS writes the routes
when it reconciles the cluster, which changes nothing else. [K40]
"""

import shlex
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from azext_kubenet.azure.activity_log import FailedWrite, failed_writes, writes_read
from azext_kubenet.azure.management_locks import READ_ONLY, Lock, locks_read
from azext_kubenet.azure.models import RouteTable
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.looking import Unreadable
from azext_kubenet.checks.running.route_commands import delete
from azext_kubenet.checks.running.running_context import RunningContext

#: How far back the activity log of the table is looked at.
_DAYS = 2
#: Azure's codes where a policy refuses the table. [R36] Azure/AKS#2681
_OF_POLICIES = ("requestdisallowedbypolicy", "ambiguouspolicyevaluationpaths")
_OF_CONFLICTS = "routeconflict"
_OF_RIGHTS = "authorizationfailed"


class Cause(NamedTuple):
    """Why routes are not written: what follows the message, "" if nothing shows it, and the commands that mend it."""

    said: str
    mend: str


def cause(context: RunningContext, table: RouteTable) -> Cause:
    """What keeps routes of a table from being written."""
    reconcile = f"az aks update {context.place} --yes"
    lock = next((each for each in _locks(context, table.id) if each.level == READ_ONLY), None)
    if lock is not None:
        remove = f"az lock delete --ids {shlex.quote(str(lock.id))}"
        mend = f"have an administrator remove the lock, if it can go: {remove} && {reconcile}"
        return Cause(f", as lock {lock.id.name} forbids to write the table", mend)
    for write in _failed(context, table.id):
        by = f", by policy assignment {ResourceId(write.assignment).name}" if write.assignment else ""
        first = _before(context, table, write)
        said = f"; writes of the table have failed since {write.at}: {write.code}{by}"
        return Cause(said, f"{first} && {reconcile}" if first else reconcile)
    return Cause("", reconcile)


def _before(context: RunningContext, table: RouteTable, write: FailedWrite) -> str:
    """What must be typed before a reconcile can write the routes; "" for nothing that is known."""
    code, scope = write.code.lower(), shlex.quote(str(table.id))
    if code in _OF_POLICIES:
        place = f"--policy-assignment {shlex.quote(write.assignment or 'ASSIGNMENT_ID')}"
        return f"az policy exemption create -n kubenet-routes --exemption-category Waiver {place} --scope {scope}"
    if code == _OF_CONFLICTS and context.routes.stale:
        return delete(table, context.routes.stale)
    if code == _OF_RIGHTS and context.principal:
        return (
            f"az role assignment create --assignee-object-id {context.principal} --assignee-principal-type "
            f'ServicePrincipal --role "Network Contributor" --scope {scope}'
        )
    return ""


def _locks(context: RunningContext, table: ResourceId) -> list[Lock]:
    scope = str(table.subscription_id)
    try:
        found = context.optional_list("the locks", scope, locks_read(scope))
    except Unreadable:
        return []
    return [lock for lock in map(Lock.parse, found) if lock.scope.contains(table)]


def _failed(context: RunningContext, table: ResourceId) -> list[FailedWrite]:
    since = (datetime.now(timezone.utc) - timedelta(days=_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return failed_writes(context.optional_list("the activity log", str(table), writes_read(table, since)))
    except Unreadable:
        return []
