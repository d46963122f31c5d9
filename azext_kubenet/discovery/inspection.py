"""Looking inside a cluster: the one command is sent, and what keeps it from answering is told. [R22-R27 R33]"""

from collections.abc import Callable
from typing import NamedTuple

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.run_command import CommandResult, run_command
from azext_kubenet.azure.tokens import no_token
from azext_kubenet.discovery.inside_cluster import InsideCluster
from azext_kubenet.discovery.inside_command import inside_command, policies_command
from azext_kubenet.discovery.inside_output import understand, understand_policies

#: Characters of what was printed that are repeated.
_TOLD = 300
#: Words of the errors of a pod that could not start. [R27]
_NOT_STARTED = ("notfound", "not found", "kubernetesperformanceerror")
_AGAIN = "run the command again"


class NotInspected(NamedTuple):
    """Nothing of the inside is known.

    why: in words; mend: what to do to have it looked at
    """

    why: str
    mend: str = _AGAIN


def look_inside(client: ArmClient, cluster: Cluster, token: Callable[[], str]) -> InsideCluster | NotInspected:
    """Look inside of a cluster: it makes a pod of a moment there. Whatever fails is returned, not raised.

    token: gives the caller's token for the API servers of clusters; asked for only where the cluster takes one
    """
    result = _run(client, cluster, token, inside_command())
    if isinstance(result, NotInspected):
        return result
    found = understand(result.logs or "")
    if found.counts:
        return found
    why = _why_nothing(result, found)
    return NotInspected(why, _mend(200, why, client, cluster))


def policies_inside(client: ArmClient, cluster: Cluster, token: Callable[[], str]) -> list[Json] | NotInspected:
    """All network policies of a cluster whole, Calico's own among them; the rest is as in look_inside."""
    result = _run(client, cluster, token, policies_command())
    if isinstance(result, NotInspected):
        return result
    lists = understand_policies(result.logs or "")
    if lists is not None:
        return lists
    why = _why_nothing(result, InsideCluster())
    return NotInspected(f"they were not printed whole: {why}", _mend(200, why, client, cluster))


def _run(client: ArmClient, cluster: Cluster, token: Callable[[], str], command: str) -> CommandResult | NotInspected:
    """What became of a command inside of a cluster, or why it was not run."""
    place = cluster.id.place
    if cluster.is_stopped:
        return NotInspected("the cluster is stopped", f"start it, and {_AGAIN}: az aks start {place}")
    if cluster.run_command_disabled:
        why = "run command is disabled on the cluster"
        return NotInspected(why, f"to have it looked at, run: az aks update {place} --enable-run-command")
    try:
        given = token() if cluster.has_entra else ""
    except Exception as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # a login raises any
        told = str(no_token(error) or error)
        return NotInspected(f"the login gave no token for the cluster's API server: {told}", "log in again: az login")
    try:
        return run_command(client, cluster.id, command, given)
    except AzureError as error:
        return NotInspected(str(error), _mend(error.status, str(error), client, cluster))


def _why_nothing(result: CommandResult, found: InsideCluster) -> str:
    """Why no part could be read."""
    printed = " ".join((result.logs or "").split())
    complaints = [each for each in dict.fromkeys(found.unread.values()) if each in printed]
    parts = [
        f"the command ended with exit code {result.exit_code}" if result.exit_code else "",
        f"its state is {result.state}" if result.state.lower() not in ("", "succeeded") else "",
        result.reason,
        "; ".join(complaints)[:_TOLD] or (f"it printed: {printed[:_TOLD]}" if printed else "it printed nothing"),
    ]
    return "; ".join(each for each in parts if each)


def _mend(status: int, why: str, client: ArmClient, cluster: Cluster) -> str:
    """What may be done about what kept a command from answering. [R23 R27]"""
    told = why.lower()
    if status == 403:
        grant = client.caller.grant_command("Contributor", str(cluster.id))
        return (
            "it takes Microsoft.ContainerService/managedClusters/runcommand/action and commandResults/read, which "
            f"Contributor has: to have it looked at, have an administrator run: {grant}"
        )
    if "admission webhook" in told:
        return f"have whoever keeps the cluster's policies exempt the namespace aks-command, and {_AGAIN}"
    if "forbidden" in told:
        return f"have an administrator of the cluster allow the caller to list what is looked at, and {_AGAIN}"
    if any(each in told for each in _NOT_STARTED):
        return f"its pod did not start: see that a node is Ready and has 500 MB of memory to spare, and {_AGAIN}"
    return _AGAIN
