"""The cluster itself: what `az aks create`'s own code is given to make it from."""

import logging
import sys
from collections.abc import Mapping
from typing import Any

from azext_kubenet._choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet._errors import Refused
from azext_kubenet.provisioning import aks, grants, resources, steps
from azext_kubenet.provisioning.arm import ArmError, Door
from azext_kubenet.provisioning.runner import Results
from azext_kubenet.provisioning.sending import Fresh, Rehearsal, Rehearsed, Sending, settle

Json = dict[str, Any]

#: Options for which `az aks create`'s code writes, or creates other things, while it builds the cluster.
_WRITES_ON_THE_WAY = ("attach_acr", "enable_addons", "enable_azure_monitor_logs", "enable_defender", "defender_config")

#: In a rehearsal nobody is asked anything, and a dry run has made no key pair.
_REHEARSED = {"yes": True, "no_ssh_key": True}


def make(cmd: Any, door: Door, job: steps.Job, lent: Mapping[str, Any], results: Results, *, no_wait: bool) -> Json:
    """Have the cluster made; what `az aks create` would print, under `cluster`.

    A system-assigned identity gets its role as soon as the cluster, and it with it, exists.
    """

    def accepted() -> None:
        if job.identity.kind == SYSTEM_ASSIGNED and job.grants:
            cluster = door.get(job.names.cluster_id, resources.CLUSTER_API) or {}
            for grant in job.grants:
                grants.grant(door, grant.scope, str(cluster["identity"]["principalId"]), grant.role)

    fresh = Fresh(any(grant.granted is None for grant in job.grants), secret=job.identity.create)
    client = Sending(
        aks.clusters_client(cmd.cli_ctx, door), door, job.names.cluster_id, fresh, accepted, lambda: _alone(door, job)
    )
    try:
        sent = aks.create(cmd, client, options(job, lent, results, no_wait))
        return {"cluster": None if no_wait else _result(cmd, sent)}
    except BaseException as error:  # borrowed code raises anything, sys.exit among it: what counts is what was sent
        error.accepted = client.may_exist  # type: ignore[attr-defined]
        raise


def _alone(door: Door, job: steps.Job) -> None:
    """Look again, right before the cluster is sent, at a subnet that was there before: one cluster a subnet [A9, H4].

    Raises Refused when it carries another route table than the one that was seen.
    """
    seen = job.facts.subnet(job.names.subnet)
    if seen is None:
        return
    try:
        found = door.get(job.names.subnet_id, resources.SUBNET_API)
    except ArmError:  # not being able to look is no reason to stop: Azure decides
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


def rehearse(cmd: Any, job: steps.Job, lent: Mapping[str, Any]) -> None:
    """Have `az aks create`'s own code check the options before anything is written, as far as it can without writing.

    It checks them while it builds the cluster, which would be after the network. Raises its own errors.
    """
    if any(lent.get(name) for name in _WRITES_ON_THE_WAY):
        return
    stand_in = {steps.PRINCIPAL: {"appId": "00000000-0000-0000-0000-000000000000", "secret": "not sent"}}
    logging.disable(logging.WARNING)  # what it says, it says again when the cluster is made
    try:
        aks.create(cmd, Rehearsal(), {**options(job, lent, stand_in, no_wait=True), **_REHEARSED})
    except Rehearsed:
        pass
    finally:
        logging.disable(logging.NOTSET)


def _result(cmd: Any, sent: Any) -> Any:
    """What comes of a sent cluster: code of addons has waited for it already, all other leaves that to us."""
    from azure.cli.core.commands import LongRunningOperation

    if not hasattr(sent, "result"):
        return sent
    return LongRunningOperation(cmd.cli_ctx)(sent) if sys.stderr.isatty() else sent.result()


def settled(cmd: Any, door: Door, names: resources.Names) -> Any:
    """A cluster that exists, as `az aks create` prints it, once nothing is under way on it any more."""
    client = aks.clusters_client(cmd.cli_ctx, door)
    return settle(lambda: client.get(names.group, names.cluster), lambda word: door.patience.say(f"  cluster: {word}"))


def options(job: steps.Job, lent: Mapping[str, Any], results: Results, no_wait: bool) -> dict[str, Any]:
    """What the user typed, passed on unread, and what the plan and the steps decide. The docker bridge is not sent."""
    plan, demand = job.plan, job.plan.demand
    most = demand.pools[0].max_count if demand.pools else demand.max_count
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
        "max_count": most if lent.get("enable_cluster_autoscaler") else lent.get("max_count"),
        **({"nodepool_name": demand.pools[0].name} if demand.pools else {}),
        "skip_subnet_role_assignment": True,
        "no_wait": no_wait,
        **_identity_options(job, results),
    }


def _identity_options(job: steps.Job, results: Results) -> dict[str, Any]:
    if job.identity.kind == SERVICE_PRINCIPAL:
        made = results[steps.PRINCIPAL]
        return {"service_principal": made["appId"], "client_secret": made.get("secret") or job.identity.secret}
    assigned = job.names.new_identity_id if job.identity.kind == USER_ASSIGNED else None
    return {"enable_managed_identity": True, "assign_identity": assigned}
