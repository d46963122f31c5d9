"""Gather and decide: what exists in Azure, what stands against going on, and the steps that are left to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azext_kubenet import checks
from azext_kubenet.addressing.model import AddressPlan, Finding, Severity, advise
from azext_kubenet.addressing.planner.plan_result import PlanResult, plan_ranges
from azext_kubenet.aks import cluster
from azext_kubenet.azure import client
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.changes import create_steps, runner
from azext_kubenet.changes.roles import (
    Hidden,
    Needed,
    grants_needed,
    kubelet_grant,
    role_named,
    unknown_principal,
)
from azext_kubenet.changes.service_principal import Principals
from azext_kubenet.discovery import existing, route_tables, snapshot
from azext_kubenet.discovery.route_tables import table_of
from azext_kubenet.discovery.survey import subscriptions_of, survey_around
from azext_kubenet.discovery.topology import Surroundings
from azext_kubenet.errors import NotFound, Refused, refuse
from azext_kubenet.operations.request import CreateRequest
from azext_kubenet.options.choices import USER_ASSIGNED


@dataclass(frozen=True)
class Decision:
    """What is to be done: the steps, what they are made from, and the findings that refuse nothing."""

    job: create_steps.CreateInputs
    waves: runner.Stages
    remarks: Sequence[Finding]


def decide(
    cmd: Any, door: client.ArmClient, reader: Reader, request: CreateRequest, options: Mapping[str, Any]
) -> Decision:
    """Read what exists, and decide what is to be done. Raises Refused with all findings, before anything is written."""
    names, reading = request.names, request.reading
    reader.prefetch(_first_reads(request))
    found = existing.read_existing(
        reader,
        names,
        lambda seen: [*checks.follow(names, seen), *route_tables.reads(names, seen)],
        with_identity=request.identity.kind == USER_ASSIGNED,
    )
    _missing(request, found)
    wanted = reading.wish if found.vnet is None else reading.wish.without(*request.derived)
    wish, differences = existing.apply_existing(wanted, found, names)
    refuse(each for each in differences if each.rule == existing.WITHOUT_PREFIX)
    around = _around(reader, request, found)
    taken = [*reading.taken, *around.reservations]
    verdict = plan_ranges(reading.demand, wish, taken, options["accept_risk"] or (), around.elsewhere)
    if "subnet" in wish.existing:
        group = "" if names.vnet_group.lower() == names.group.lower() else "--vnet-resource-group"
        verdict = replace(verdict, findings=tuple(existing.beside(verdict.findings, names, group)))
    if found.cluster is None:
        differences += _since_the_plan(request, verdict, around, options["accept_risk"] or ())
    if verdict.refused:
        refuse([*differences, *verdict.findings])
    wants_grants = not request.typed.get("skip_subnet_role_assignment")
    principals = Principals(cmd, door.patience, request.identity, names, found, grants=wants_grants)
    needed = _grants(reader, request, found, principals, options)
    job = _job(cmd, door, request, found, verdict.plan, principals, needed.grants, no_wait=bool(options["no_wait"]))
    job = replace(job, providers=_unregistered(reader, job))
    waves = create_steps.create_stages(door, job)
    checked = _preflight(reader, job, principals.known_id, options, door.caller)
    refuse([*differences, *runner.conflicts(waves), *checked])
    if found.cluster is None:
        cluster.validate_only(cmd, job, request.lent)
    unseen = (*existing.not_seen(found, names, door.caller), *needed.findings)
    near = map(door.caller.named_in, around.findings)
    said = (*request.findings, *differences, *unseen, *near, *verdict.findings, *checked)
    remarks = [
        each
        for each in (*said, *_more_pools(request, found.cluster), *_most_nodes(request))
        if _worth_saying(each, options)
    ]
    return Decision(job, waves, remarks)


def _around(reader: Reader, request: CreateRequest, found: existing.ExistingResources) -> Surroundings:
    """What lies around the network, as `plan` sees it. A cluster that exists has its ranges, whatever lies around."""
    if found.cluster is not None:
        return Surroundings(existing.reservations(found, request.names))
    vnet = request.reading.wish.vnet
    given = vnet if isinstance(vnet, tuple) else ()
    return survey_around(reader, request.names, found.vnet, subscriptions_of(request.names, request.discover), given)


def _since_the_plan(
    request: CreateRequest, verdict: PlanResult, around: Surroundings, accept_risk: Sequence[str]
) -> list[Finding]:
    """What has come into the plan's ranges since it was made, or a note that what has changed lies elsewhere."""
    if request.seen is None:
        return []
    return snapshot.since(request.seen, verdict, around, accept_risk)


def _most_nodes(request: CreateRequest) -> list[Finding]:
    """What --max-count does without the autoscaler: Azure is told of it with that alone."""
    most, typed = request.typed.get("max_count"), request.typed
    if most is None or typed.get("enable_cluster_autoscaler") or "max_count" not in request.given.typed:
        return []
    message = f"--max-count {most} sizes the plan; the cluster does not scale by itself"
    advice = f"to have it scale: --enable-cluster-autoscaler --min-count {request.reading.demand.first_pool_nodes}"
    return [Finding("max-count-not-sent", Severity.INFO, ("--max-count",), message, advise(advice))]


def _more_pools(request: CreateRequest, cluster_now: Mapping[str, Any] | None) -> list[Finding]:
    """A cluster is created with its first pool: how the others are added, but for those that are there."""
    names, demand = request.names, request.reading.demand
    profiles = ((cluster_now or {}).get("properties") or {}).get("agentPoolProfiles") or ()
    there = {str(each.get("name")).lower() for each in profiles}
    found = []
    for pool in (each for each in demand.pools[1:] if each.name not in there):
        scale = f" --enable-cluster-autoscaler --min-count {pool.count} --max-count {pool.max_count}"
        command = (
            f"az aks nodepool add -g {names.group} --cluster-name {names.cluster} -n {pool.name} -c {pool.count}"
            f"{scale if pool.max_count > pool.count else ''} --max-pods {demand.max_pods} "
            f"--max-surge {pool.max_surge} --vnet-subnet-id {names.subnet_id}"
        )
        message = f"the cluster is created with its first pool; pool {pool.name} is added once it is there"
        found.append(Finding("pool-to-add", Severity.INFO, ("--pool",), message, advise(command)))
    return found


def _first_reads(request: CreateRequest) -> list[Read]:
    """All that can be asked for at once."""
    names, named = request.names, request.network_is_named
    # Beside a network that may well exist, so may the identity; for a new group, that question would be one too many.
    identity = request.identity.kind == USER_ASSIGNED and (named or names.identity_id is not None)
    return [
        *existing.first_reads(names, network_is_named=named, with_identity=identity),
        *checks.foresee(names, network_is_named=named, identity_kind=request.identity.kind),
    ]


def _grants(
    reader: Reader,
    request: CreateRequest,
    found: existing.ExistingResources,
    principals: Principals,
    options: Mapping[str, Any],
) -> Needed:
    """The role assignments that the cluster's principal needs; none on the network when the user wants none made."""
    names, known, needed = request.names, principals.known_id, Needed([], [])
    kubelet = str(request.typed.get("assign_kubelet_identity") or "")
    hidden = _hidden(request, found, principals)
    if kubelet and found.cluster is None and request.identity.kind == USER_ASSIGNED and hidden is None:
        needed = kubelet_grant(reader, names, kubelet, known)
    if request.typed.get("skip_subnet_role_assignment"):
        return needed
    role, scope = role_named(reader, names.subscription, str(options["role"])), str(options["role_scope"])
    table = table_of(reader, names, found)
    if hidden is not None:
        return Needed([], [unknown_principal(names, role, scope, table, hidden)])
    on_network = grants_needed(reader, names, found, role, scope=scope, principal=known, table=table)
    return Needed([*on_network.grants, *needed.grants], [*on_network.findings, *needed.findings])


def _hidden(request: CreateRequest, found: existing.ExistingResources, principals: Principals) -> Hidden | None:
    """The cluster's principal, if it exists and its object id is not shown to this caller."""
    names = request.names
    if principals.hidden is not None:
        app_id = str((principals.existing or {}).get("appId"))
        why = getattr(principals.hidden, "code", "") or str(principals.hidden)
        return Hidden(f"service principal {app_id}", why, f"--assignee {app_id}")
    if found.identity is not None and not found.identity_is_seen:
        error = found.hidden[names.new_identity_id]
        shown = f"$(az identity show --ids {names.new_identity_id} --query principalId -o tsv)"
        assignee = f"--assignee-object-id {shown} --assignee-principal-type ServicePrincipal"
        return Hidden(f"identity {names.new_identity_id}", error.code or f"status {error.status}", assignee)
    return None


def _job(  # pylint: disable=too-many-positional-arguments
    cmd: Any,
    door: client.ArmClient,
    request: CreateRequest,
    found: existing.ExistingResources,
    plan: AddressPlan,
    principals: Principals,
    needed: Sequence[create_steps.Grant],
    *,
    no_wait: bool,
) -> create_steps.CreateInputs:
    """All that the steps are made from."""
    job = create_steps.CreateInputs(
        names=request.names,
        plan=plan,
        existing=found,
        location=_location(request, found),
        identity=request.identity,
        grants=needed,
        principal=principals.existing,
        make_principal=principals.make,
        remove_principal=principals.remove if principals.new else None,
        principal_removal=lambda: principals.removal,
        make_cluster=lambda results: cluster.make(cmd, door, job, request.lent, results, no_wait=no_wait),
        typed=request.typed,
        given=request.given,
    )
    return job


def _unregistered(reader: Reader, job: create_steps.CreateInputs) -> tuple[str, ...]:
    """Resource providers to register before anything is made; none for a cluster that exists."""
    return () if job.existing.cluster is not None else checks.unregistered(reader, job.names, job.identity.kind)


def _preflight(
    reader: Reader, job: create_steps.CreateInputs, principal: str, options: Mapping[str, Any], caller: Caller
) -> Sequence[Finding]:
    """What the named checks find in Azure."""
    missing = [grant for grant in job.grants if grant.granted is None]
    situation = checks.CheckContext(
        names=job.names,
        existing=job.existing,
        plan=job.plan,
        location=job.location,
        identity_kind=job.identity.kind,
        outbound_type=str(job.typed.get("outbound_type") or ""),
        grant_scopes=tuple(grant.scope for grant in missing),
        role=str(options["role"]),
        other_roles={grant.scope: grant.role.name for grant in missing if not grant.role.on_network},
        principal=principal,
        caller=caller,
    )
    return checks.check(reader, situation, options["skip_checks"] or ())


def _worth_saying(finding: Finding, options: Mapping[str, Any]) -> bool:
    """A plan says itself what it says of the docker bridge; here it is news only to who typed the option."""
    return finding.rule != "docker-bridge-not-sent" or options["docker_bridge_address"] is not None


def _missing(request: CreateRequest, found: existing.ExistingResources) -> None:
    """Raise NotFound for what was named and does not exist."""
    names = request.names
    if request.existing_subnet and found.subnet(names.subnet) is None:
        raise NotFound(
            f"subnet {names.subnet_id} does not exist",
            f"look for its name: az network vnet subnet list -g {names.vnet_group} --vnet-name {names.vnet} -o table",
        )
    if names.vnet_group.lower() != names.group.lower() and found.vnet is None:
        raise NotFound(
            f"virtual network {names.vnet} does not exist in resource group {names.vnet_group}",
            f"look for its name: az network vnet list -g {names.vnet_group} -o table",
        )
    existing.plannable(found, names, request.reading.wish)
    if names.identity_id and found.identity is None:
        raise NotFound(
            f"identity {names.identity_id} does not exist", "look for its id: az identity list --query [].id -o tsv"
        )


def _location(request: CreateRequest, found: existing.ExistingResources) -> str:
    """The region of the cluster: as typed, else the group's. Raises NotFound without either."""
    typed = request.lent.get("location")
    if typed:
        return str(typed)
    hidden = found.hidden.get(request.names.group_id)
    if hidden is not None:
        raise Refused(f"resource group {request.names.group} may not be read: {hidden}", "add --location LOCATION")
    there = str((found.group or {}).get("location") or "")
    if not there:
        group = request.names.group
        raise NotFound(
            f"resource group {group} does not exist",
            f"add --location LOCATION to have it made, or run az group create -n {group} -l LOCATION",
        )
    return there
