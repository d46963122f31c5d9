"""Wait for a cluster, after `--no-wait`: azure-cli's own waiting, over what Azure shows of it and of its pools."""

import shlex
from collections.abc import Mapping
from typing import Any

from azure.cli.core.azclierror import AzureResponseError
from azure.core.exceptions import HttpResponseError

from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, in_both_spellings, within
from azext_kubenet.azure.client import ArmClient, connect
from azext_kubenet.azure.cluster_update import FAILED, SUCCEEDED, is_failed, is_settled, state_of
from azext_kubenet.azure.move_state import Position, position
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.waiting import RetryPolicy, Status
from azext_kubenet.errors import Refused, RefusedByAzure
from azext_kubenet.operations.login import commands_in_subscription, subscription_of, typed_subscription
from azext_kubenet.operations.move_failures import stands
from azext_kubenet.operations.named_cluster import id_of_cluster, no_cluster, unreadable
from azext_kubenet.options.typed import Typed
from azext_kubenet.options.wait_options import WaitOptions, read_wait_options
from azext_kubenet.output import screen
from azext_kubenet.output.console import Console

#: Seconds that each request waits for a busy service.
_TIMEOUT = 300.0
#: What azure-cli takes for a state that is neither the end nor a failure.
_UNDER_WAY = "Updating"


class _Absent(HttpResponseError):
    """The cluster is not there: azure-cli's waiting knows this by its status."""

    def __init__(self) -> None:
        super().__init__("the cluster does not exist")
        self.status_code = 404


def run(cmd: Any, values: Mapping[str, object]) -> None:
    """Return once the cluster is as it is waited for. What ends the waiting before is raised, as one of our errors.

    values: the options by name, as azure-cli hands them over
    """
    with commands_in_subscription(cmd.cli_ctx):
        subscription = typed_subscription(cmd.cli_ctx)
        options = read_wait_options(Typed(values))
        cluster = id_of_cluster(subscription_of(cmd.cli_ctx, required=True), options.group, options.name)
        console = Console(cmd.cli_ctx, subscription)
        client = connect(cmd.cli_ctx, RetryPolicy(min(_TIMEOUT, options.timeout), console.say))
        _wait(cmd.cli_ctx, options, _Look(client, cluster, console))


class _Look:  # pylint: disable=too-few-public-methods
    """Looks at a cluster, and says what it sees there.

    body: the cluster as it was seen last, None where it was not there
    word: how it, or a pool of it, stands
    """

    def __init__(self, client: ArmClient, cluster: ResourceId, console: Console):
        self.client, self.cluster = client, cluster
        self.body: Json | None = None
        self.word = ""
        self._status = Status(lambda word: console.say(f"  cluster: {word}"))

    def __call__(self) -> Json:
        """The cluster as `az aks show` has it, with one state for it and its pools where azure-cli's waiting reads it.

        Raises _Absent, and RefusedByAzure where it may not be read.
        """
        try:
            self.body = self.client.get(str(self.cluster), api_versions.RUNNING_CLUSTER_API)
        except AzureError as error:
            raise unreadable(self.client, self.cluster, error) from error
        if self.body is None:
            self._status.see("does not exist")
            raise _Absent
        own, state = state_of(self.body), _state(self.body)
        self.word = state if own == SUCCEEDED else own
        self._status.see(self.word)
        place = {"resourceGroup": self.cluster.group, "provisioning_state": state}
        return {**in_both_spellings({**within(self.body, "properties"), **self.body}), **place}


def _state(body: Json) -> str:
    """That of the cluster and all of its pools: a pool may go on, or fail, when the cluster itself has ended."""
    if not is_settled(body):
        return _UNDER_WAY
    return FAILED if is_failed(body) else state_of(body)


def _wait(cli_ctx: Any, options: WaitOptions, look: _Look) -> None:
    from azure.cli.core.commands.command_operation import WaitCommandOperation

    shown = cli_ctx if screen.may_draw(cli_ctx) and not cli_ctx.only_show_errors else screen.NoProgress()
    try:
        late = WaitCommandOperation.wait(dict(options.conditions), shown, look)
    except _Absent as error:
        raise _not_there(look) from error
    except AzureResponseError as error:
        if isinstance(error, RefusedByAzure) or look.body is None:
            raise
        raise _failed(look.cluster, look.body) from error
    if late is None:
        return
    if look.body is None:
        raise _not_there(look)
    command = shlex.join(["az", "kubenet", "wait", "-g", options.group, "-n", options.name, *options.again()])
    raise Refused(
        f"cluster {options.name}: {options.timeout} s have passed, and it is {look.word or 'in no state'}",
        f"to wait on: {command}",
    )


def _not_there(look: _Look) -> Exception:
    with Reader(look.client, look.client.retry_policy.leave) as reader:
        return no_cluster(reader, look.cluster)


def _failed(cluster: ResourceId, body: Json) -> RefusedByAzure:
    """The error of a cluster on which the operation failed, or on a pool of it."""
    lines = [f"cluster {cluster.name}: the operation that was waited for has failed", *stands(body)]
    if position(body) is Position.HALF_MOVED:
        advice = f"mend what AKS names, then have the move go on: az kubenet migrate {cluster.place}"
    else:
        advice = (
            f"mend what AKS names, then have AKS bring it to what was asked for: az aks update {cluster.place} --yes"
        )
    return RefusedByAzure("\n".join(lines), advice)
