"""The cluster itself: what `az aks create`'s own code is given to make it from."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from azext_kubenet.aks import borrowed
from azext_kubenet.aks.cluster_client import ClusterCreateClient, Fresh, Validated, ValidationClient, settle
from azext_kubenet.aks.reads_only import NotSent, reads_only
from azext_kubenet.azure import api_versions, resources, role_assignments
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.client import ArmClient, AzureError
from azext_kubenet.changes import create_steps
from azext_kubenet.changes.runner import StepOutputs
from azext_kubenet.errors import Refused
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED

#: An option for which `az aks create`'s code writes while it builds the cluster, and on which no other option depends:
#: without it, the rest can be checked. [I19]
_KUBELET = "assign_kubelet_identity"

#: In a rehearsal nobody is asked anything, and a dry run has made no key pair.
_REHEARSED = {"yes": True, "no_ssh_key": True}


def make(
    cmd: Any,
    door: ArmClient,
    job: create_steps.CreateInputs,
    lent: Mapping[str, Any],
    results: StepOutputs,
    *,
    no_wait: bool,
) -> Json:
    """Have the cluster made; what `az aks create` would print, under `cluster`.

    A system-assigned identity gets its role as soon as the cluster, and it with it, exists.
    """

    def accepted() -> None:
        if job.identity.kind == SYSTEM_ASSIGNED and job.grants:
            cluster = door.get(job.names.cluster_id, api_versions.CLUSTER_API) or {}
            for grant in job.grants:
                role_assignments.grant(door, grant.scope, str(cluster["identity"]["principalId"]), grant.role)

    # A kubelet's identity gets its grant from `az aks create`'s code, if not from us.
    granted = any(grant.granted is None for grant in job.grants) or bool(lent.get(_KUBELET))
    fresh = Fresh(granted, secret=job.identity.create)
    client = ClusterCreateClient(
        borrowed.clusters_client(cmd.cli_ctx, door),
        door,
        job.names.cluster_id,
        fresh,
        accepted,
        lambda: _alone(door, job),
    )
    try:
        sent = borrowed.create(cmd, client, options(job, lent, results, no_wait))
        return {"cluster": None if no_wait else _result(cmd, sent)}
    except BaseException as error:  # borrowed code raises anything, sys.exit among it: what counts is what was sent
        error.accepted = client.may_exist  # type: ignore[attr-defined]
        error.confirmed = client.confirmed  # type: ignore[attr-defined]
        raise


def _alone(door: ArmClient, job: create_steps.CreateInputs) -> None:
    """Look again, right before the cluster is sent, at a subnet that was there before: one cluster a subnet [A9, H4].

    Raises Refused when it carries another route table than the one that was seen.
    """
    seen = job.existing.subnet(job.names.subnet)
    if seen is None:
        return
    try:
        found = door.get(job.names.subnet_id, api_versions.SUBNET_API)
    except AzureError:  # not being able to look is no reason to stop: Azure decides
        return
    before, now = _table_of(seen), _table_of(found or seen)
    if before.lower() != now.lower():
        subnet = f"subnet {job.names.subnet}"
        raise Refused(
            f"{subnet} has come to carry {f'route table {now}' if now else 'no route table'} since this run looked, "
            f"{f'instead of {before}' if before else 'and had none'}: a cluster of its own may be on it by now, and no "
            "cluster was made",
            "run the same command again: it looks anew",
        )


def _table_of(subnet: Json) -> str:
    return str(((subnet.get("properties") or {}).get("routeTable") or {}).get("id") or "")


def validate_only(cmd: Any, job: create_steps.CreateInputs, lent: Mapping[str, Any]) -> None:
    """Have `az aks create`'s own code check the options before anything is written, as far as it can without writing.

    It checks them while it builds the cluster, which would be after the network, and writes on the way for some of
    them: there, and where it asks for what is still to be made, the rehearsal ends. Raises its own errors.
    """
    logging.disable(logging.WARNING)  # what it says, it says again when the cluster is made
    try:
        if not _rehearsed(cmd, job, lent) and lent.get(_KUBELET):
            _rehearsed(cmd, job, {**lent, _KUBELET: None})
    finally:
        logging.disable(logging.NOTSET)


def _rehearsed(cmd: Any, job: create_steps.CreateInputs, lent: Mapping[str, Any]) -> bool:
    """Whether the cluster could be built to its end."""
    stand_in = {create_steps.PRINCIPAL: {"appId": "00000000-0000-0000-0000-000000000000", "secret": "not sent"}}
    wanted = {**options(job, lent, stand_in, no_wait=bool(lent.get("no_wait"))), **_REHEARSED}
    try:
        with reads_only([*_unmade(job), cmd.cli_ctx.cloud.endpoints.microsoft_graph_resource_id.rstrip("/") + "/v1.0"]):
            borrowed.create(cmd, ValidationClient(), wanted)
    except Validated:
        pass
    except NotSent:
        return False
    return True


def _unmade(job: create_steps.CreateInputs) -> list[str]:
    """Ids of what is still to be made: that it does not exist is no finding."""
    names, facts = job.names, job.existing
    places = (
        (names.group_id, facts.group),
        (names.vnet_id, facts.vnet),
        (names.subnet_id, facts.subnet(names.subnet)),
        (names.new_identity_id, facts.identity),
    )
    return [place for place, found in places if found is None]


def _result(cmd: Any, sent: Any) -> Any:
    """What comes of a sent cluster: code of addons has waited for it already, all other leaves that to us."""
    from azure.cli.core.commands import LongRunningOperation

    if not hasattr(sent, "result"):
        return sent
    return LongRunningOperation(cmd.cli_ctx)(sent) if sys.stderr.isatty() else sent.result()


def wait_until_succeeded(cmd: Any, door: ArmClient, names: resources.Names) -> Any:
    """A cluster that exists, as `az aks create` prints it, once nothing is under way on it any more."""
    client = borrowed.clusters_client(cmd.cli_ctx, door)
    return settle(lambda: client.get(names.group, names.cluster), lambda word: door.patience.say(f"  cluster: {word}"))


def options(
    job: create_steps.CreateInputs, lent: Mapping[str, Any], results: StepOutputs, no_wait: bool
) -> dict[str, Any]:
    """What the user typed, passed on unread, and what the plan and the steps decide. The docker bridge is not sent."""
    plan, demand = job.plan, job.plan.demand
    most = demand.pools[0].max_count if demand.pools else demand.max_count
    scales = bool(lent.get("enable_cluster_autoscaler"))  # without it, --max-count sizes the plan alone
    return {
        **lent,
        "docker_bridge_address": None,
        "resource_group_name": job.names.group,
        "name": job.names.cluster,
        "location": job.location,
        "network_plugin": "kubenet",
        "pod_cidr": str(plan.pods),
        "service_cidr": str(plan.services),
        "dns_service_ip": str(plan.dns_ip),
        "vnet_subnet_id": job.names.subnet_id,
        "node_count": demand.first_pool_nodes,
        "max_pods": demand.max_pods,
        "max_count": most if scales else None,
        **({"nodepool_name": demand.pools[0].name} if demand.pools else {}),
        "skip_subnet_role_assignment": True,
        "no_wait": no_wait,
        **_identity_options(job, results),
    }


def _identity_options(job: create_steps.CreateInputs, results: StepOutputs) -> dict[str, Any]:
    if job.identity.kind == SERVICE_PRINCIPAL:
        made = results[create_steps.PRINCIPAL]
        return {"service_principal": made["appId"], "client_secret": made.get("secret") or job.identity.secret}
    assigned = job.names.new_identity_id if job.identity.kind == USER_ASSIGNED else None
    return {"enable_managed_identity": True, "assign_identity": assigned}
