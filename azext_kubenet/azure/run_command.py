"""A command that Azure runs inside a cluster: it is sent, its result is waited for, and its body is never logged.

Azure makes a namespace and a pod of a moment for it, so it is sent only when it was asked for. [R20 R22]
"""

from typing import Any, NamedTuple

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.resource_id import ResourceId

#: The application that every cluster with Microsoft Entra ID takes tokens for, in every cloud. [R24]
_CLUSTERS_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
#: Seconds after which no result is waited for any more: those of `az aks command invoke`. [R27]
WAIT_SECONDS = 300.0
#: What stands for the token in an error that repeats it.
_REMOVED = "<removed>"


class CommandResult(NamedTuple):
    """What became of a command.

    state: its provisioningState, "" if it is not shown
    exit_code: None if none is shown
    logs: what it printed; None where Azure shows no text
    reason: why it did not run, "" without one
    """

    state: str
    exit_code: int | None
    logs: str | None
    reason: str

    @classmethod
    def parse(cls, body: Json) -> "CommandResult":
        """Parse a result. Recorded runCommands:3"""
        has = within(body, "properties")
        code, logs = has.get("exitCode"), has.get("logs")
        return cls(
            text(has, "provisioningState"),
            code if isinstance(code, int) and not isinstance(code, bool) else None,
            logs if isinstance(logs, str) else None,
            text(has, "reason"),
        )


def run_command(
    client: ArmClient, cluster: ResourceId, command: str, token: str = "", seconds: float = WAIT_SECONDS
) -> CommandResult:
    """Run a command inside a cluster; what became of it. Raises AzureError, in which the token does not stand.

    token: the caller's, for the API server of a cluster with Microsoft Entra ID
    """
    body = {"command": command, "context": ""}
    if token:
        body["clusterToken"] = token
    try:
        return CommandResult.parse(client.result_of(f"{cluster}/runCommand", body, api_versions.CLUSTER_API, seconds))
    except AzureError as error:
        if not token or token not in f"{error} {error.code}":
            raise
        code, message = (each.replace(token, _REMOVED) for each in (error.code, error.message))
        raise AzureError(error.status, code, message, error.details) from None


def cluster_token(cli_ctx: Any, subscription: str) -> str:
    """The caller's token for the API servers of clusters. Raises whatever azure-cli's login raises. [R24]"""
    from azure.cli.core._profile import Profile

    credential, _, _ = Profile(cli_ctx=cli_ctx).get_login_credentials(subscription_id=subscription)
    return str(credential.get_token(f"{_CLUSTERS_APPLICATION}/.default").token)
