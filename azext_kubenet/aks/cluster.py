"""The cluster itself: what `az aks create`'s own code is given to make it from."""

import logging
import sys
from collections.abc import Callable
from typing import Any

from azext_kubenet.aks import borrowed
from azext_kubenet.aks.cluster_client import ClusterCreateClient, Fresh, Validated, ValidationClient, settle
from azext_kubenet.aks.reads_only import NotSent, reads_only
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import Say
from azext_kubenet.changes import create_steps
from azext_kubenet.changes.create_steps import CreateInputs
from azext_kubenet.changes.runner import StepOutputs
from azext_kubenet.errors import Refused
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, USER_ASSIGNED

#: An option for which `az aks create`'s code writes while it builds the cluster, and on which no other option depends:
#: without it, the rest can be checked. [I19]
_KUBELET = "assign_kubelet_identity"

#: In a rehearsal nobody is asked anything, and a dry run has made no key pair.
_REHEARSED = {"yes": True, "no_ssh_key": True}


def make(  # pylint: disable=too-many-positional-arguments
    cmd: Any, client: ArmClient, inputs: CreateInputs, outputs: StepOutputs, accepted: Callable[[], None], say: Say
) -> Json:
    """Have the cluster made; what `az aks create` would print, under `cluster`.

    accepted: called once Azure has accepted the cluster, from when on a system-assigned identity exists
    """
    # A kubelet's identity gets its grant from `az aks create`'s code, if not from us.
    granted = any(grant.granted is None for grant in inputs.grants) or bool(inputs.aks.values.get(_KUBELET))
    fresh = Fresh(granted, secret=inputs.identity.create)
    sending = ClusterCreateClient(
        borrowed.clusters_client(cmd.cli_ctx, client),
        client,
        inputs.names.cluster_id,
        fresh,
        accepted,
        say,
        lambda: _alone(client, inputs),
    )
    try:
        sent = borrowed.create(cmd, sending, _options(inputs, inputs.aks.values, outputs))
        return {"cluster": None if inputs.no_wait else _result(cmd, sent)}
    except BaseException as error:  # borrowed code raises anything, sys.exit among it: what counts is what was sent
        error.accepted = sending.may_exist  # type: ignore[attr-defined]
        error.confirmed = sending.confirmed  # type: ignore[attr-defined]
        raise


def _alone(client: ArmClient, inputs: CreateInputs) -> None:
    """Look again, right before the cluster is sent, at a subnet that was there before: one cluster a subnet [A9, H4].

    Raises Refused when it carries another route table than the one that was seen.
    """
    seen = inputs.existing.network.subnet(inputs.names.subnet)
    if seen is None:
        return
    try:
        found = client.get(inputs.names.subnet_id, api_versions.SUBNET_API)
    except AzureError:  # not being able to look is no reason to stop: Azure decides
        return
    before, now = seen.route_table, (Subnet.parse(found) if found else seen).route_table
    if before != now:
        subnet = f"subnet {inputs.names.subnet}"
        raise Refused(
            f"{subnet} has come to carry {f'route table {now}' if now else 'no route table'} since this run looked, "
            f"{f'instead of {before}' if before else 'and had none'}: a cluster of its own may be on it by now, and no "
            "cluster was made",
            "run the same command again: it looks anew",
        )


def validate_only(cmd: Any, inputs: CreateInputs) -> None:
    """Have `az aks create`'s own code check the options before anything is written, as far as it can without writing.

    It checks them while it builds the cluster, which would be after the network, and writes on the way for some of
    them: there, and where it asks for what is still to be made, the rehearsal ends. Raises its own errors.
    """
    logging.disable(logging.WARNING)  # what it says, it says again when the cluster is made
    try:
        values = inputs.aks.values
        if not _is_built(cmd, inputs, values) and values.get(_KUBELET):
            _is_built(cmd, inputs, {**values, _KUBELET: None})
    finally:
        logging.disable(logging.NOTSET)


def _is_built(cmd: Any, inputs: CreateInputs, values: dict[str, object]) -> bool:
    """Whether the cluster could be built to its end."""
    stand_in = StepOutputs()
    stand_in[create_steps.PRINCIPAL] = {"appId": "00000000-0000-0000-0000-000000000000", "secret": "not sent"}
    wanted = {**_options(inputs, values, stand_in), **_REHEARSED}
    graph = str(cmd.cli_ctx.cloud.endpoints.microsoft_graph_resource_id)
    try:
        with reads_only([*_unmade(inputs), f"{graph.rstrip('/')}/v1.0"]):
            borrowed.create(cmd, ValidationClient(), wanted)
    except Validated:
        pass
    except NotSent:
        return False
    return True


def _unmade(inputs: CreateInputs) -> list[str]:
    """Ids of what is still to be made: that it does not exist is no finding."""
    names, existing = inputs.names, inputs.existing
    places = (
        (names.group_id, existing.group),
        (names.vnet_id, existing.vnet),
        (names.subnet_id, existing.subnet(names.subnet)),
        (names.new_identity_id, existing.identity),
    )
    return [place for place, found in places if found is None]


def _result(cmd: Any, sent: Any) -> Any:
    """What comes of a sent cluster: code of addons has waited for it already, all other leaves that to us."""
    from azure.cli.core.commands import LongRunningOperation

    if not hasattr(sent, "result"):
        return sent
    return LongRunningOperation(cmd.cli_ctx)(sent) if sys.stderr.isatty() else sent.result()


def wait_until_succeeded(cmd: Any, client: ArmClient, names: Names, say: Say) -> Any:
    """A cluster that exists, as `az aks create` prints it, once nothing is under way on it any more."""
    clusters = borrowed.clusters_client(cmd.cli_ctx, client)
    return settle(lambda: clusters.get(names.group, names.cluster), lambda word: say(f"  cluster: {word}"))


def _options(inputs: CreateInputs, values: dict[str, object], outputs: StepOutputs) -> dict[str, object]:
    """What the user typed, passed on unread, and what the plan and the steps decide. The docker bridge is not sent."""
    plan, size = inputs.plan, inputs.plan.demand
    most = size.pools[0].max_count if size.pools else size.max_count
    scales = inputs.aks.autoscaler  # without it, --max-count sizes the plan alone
    return {
        **values,
        "docker_bridge_address": None,
        "resource_group_name": inputs.names.group,
        "name": inputs.names.cluster,
        "location": inputs.location,
        "network_plugin": "kubenet",
        "pod_cidr": str(plan.pods),
        "service_cidr": str(plan.services),
        "dns_service_ip": str(plan.dns_ip),
        "vnet_subnet_id": inputs.names.subnet_id,
        "node_count": size.first_pool_nodes,
        "max_pods": size.max_pods,
        "max_count": most if scales else None,
        **({"nodepool_name": size.pools[0].name} if size.pools else {}),
        "skip_subnet_role_assignment": True,
        "no_wait": inputs.no_wait,
        **_identity_options(inputs, outputs),
    }


def _identity_options(inputs: CreateInputs, outputs: StepOutputs) -> dict[str, object]:
    if inputs.identity.kind == SERVICE_PRINCIPAL:
        made = outputs[create_steps.PRINCIPAL]
        return {"service_principal": made["appId"], "client_secret": made.get("secret") or inputs.identity.secret}
    assigned = inputs.names.new_identity_id if inputs.identity.kind == USER_ASSIGNED else None
    return {"enable_managed_identity": True, "assign_identity": assigned}
