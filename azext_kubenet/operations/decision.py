"""Gather and decide: what exists in Azure, what stands against going on, and the steps that are left to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from azext_kubenet import checks
from azext_kubenet.addressing.model import AddressPlan, Finding, RangeKind, Severity, advise
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.aks import cluster
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import Say
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
from azext_kubenet.options.choices import USER_ASSIGNED
from azext_kubenet.options.create_options import CreateOptions


@dataclass(frozen=True)
class Decision:
    """What is to be done: the steps, what they are made from, and the findings that refuse nothing."""

    inputs: create_steps.CreateInputs
    stages: runner.Stages
    remarks: Sequence[Finding]


def decide(  # pylint: disable=too-many-positional-arguments
    cmd: object, client: ArmClient, reader: Reader, options: CreateOptions, names: Names, say: Say
) -> Decision:
    """Read what exists, and decide what is to be done. Raises Refused with all findings, before anything is written."""
    ranges, accepted = options.ranges, options.accept_risk
    reader.prefetch(_first_reads(options, names))
    found = existing.read_existing(
        reader,
        names,
        lambda seen: [*checks.follow(names, seen), *route_tables.reads(names, seen)],
        with_identity=options.identity.kind == USER_ASSIGNED,
    )
    _missing(options, names, found)
    wanted = ranges.requests if found.vnet is None else ranges.requests.without(*options.plan.derived)
    requests, differences = existing.apply_existing(wanted, found, names)
    refuse(each for each in differences if each.rule == existing.WITHOUT_PREFIX)
    around = _around(reader, options, names, found, client.caller)
    result = plan_ranges(
        ranges.size, requests, [*ranges.reservations, *around.reservations], accepted, around.elsewhere
    )
    if RangeKind.SUBNET in requests.existing:
        group = "" if names.vnet_group.lower() == names.group.lower() else "--vnet-resource-group"
        result = replace(result, findings=tuple(existing.beside(result.findings, names, group)))
    if found.cluster is None and options.seen is not None:
        differences += snapshot.since(options.seen, result, around, accepted)
    if result.refused:
        refuse(result.after(differences).findings)
    principals = Principals(cmd, client.patience, options.identity, names, found, grants=options.aks.grants_wanted)
    needed = _grants(reader, options, names, found, principals)
    inputs = _inputs(cmd, client, options, names, found, result.plan, principals, needed.grants, say)
    inputs = replace(inputs, providers=_unregistered(reader, inputs))
    stages = create_steps.create_stages(client, inputs)
    checked = _check(reader, inputs, principals.known_id, options, client.caller)
    refuse([*differences, *runner.conflicts(stages), *checked])
    if found.cluster is None:
        cluster.validate_only(cmd, inputs)
    said = (
        *options.findings,
        *differences,
        *existing.not_seen(found, names, client.caller),
        *needed.findings,
        *around.findings,
        *result.findings,
        *checked,
        *_more_pools(options, names, found.cluster),
        *_most_nodes(options),
    )
    return Decision(inputs, stages, [each for each in said if _worth_saying(each, options)])


def _around(
    reader: Reader, options: CreateOptions, names: Names, found: existing.ExistingResources, caller: Caller
) -> Surroundings:
    """What lies around the network, as `plan` sees it. A cluster that exists has its ranges, whatever lies around."""
    if found.cluster is not None:
        return Surroundings(existing.reservations(found, names))
    given = options.ranges.requests.vnet.networks
    subscriptions = subscriptions_of(names, options.discover)
    return survey_around(reader, names, found.vnet, subscriptions, given, caller=caller)


def _most_nodes(options: CreateOptions) -> list[Finding]:
    """What --max-count does without the autoscaler: Azure is told of it with that alone."""
    most = options.aks.asked.get("max_count")
    if most is None or options.aks.autoscaler or "max_count" not in options.provenance.typed:
        return []
    message = f"--max-count {most} sizes the plan; the cluster does not scale by itself"
    advice = f"to have it scale: --enable-cluster-autoscaler --min-count {options.ranges.size.first_pool_nodes}"
    return [Finding("max-count-not-sent", Severity.INFO, ("--max-count",), message, advise(advice))]


def _more_pools(options: CreateOptions, names: Names, cluster_now: Json | None) -> list[Finding]:
    """A cluster is created with its first pool: how the others are added, but for those that are there."""
    size = options.ranges.size
    profiles = ((cluster_now or {}).get("properties") or {}).get("agentPoolProfiles") or ()
    there = {str(each.get("name")).lower() for each in profiles}
    found = []
    for pool in (each for each in size.pools[1:] if each.name not in there):
        scale = f" --enable-cluster-autoscaler --min-count {pool.count} --max-count {pool.max_count}"
        command = (
            f"az aks nodepool add -g {names.group} --cluster-name {names.cluster} -n {pool.name} -c {pool.count}"
            f"{scale if pool.max_count > pool.count else ''} --max-pods {size.max_pods} "
            f"--max-surge {pool.max_surge} --vnet-subnet-id {names.subnet_id}"
        )
        message = f"the cluster is created with its first pool; pool {pool.name} is added once it is there"
        found.append(Finding("pool-to-add", Severity.INFO, ("--pool",), message, advise(command)))
    return found


def _first_reads(options: CreateOptions, names: Names) -> list[Read]:
    """All that can be asked for at once."""
    kind, named = options.identity.kind, options.network_is_named
    # Beside a network that may well exist, so may the identity; for a new group, that question would be one too many.
    identity = kind == USER_ASSIGNED and (named or names.identity_id is not None)
    return [
        *existing.first_reads(names, network_is_named=named, with_identity=identity),
        *checks.foresee(names, network_is_named=named, identity_kind=kind),
    ]


def _grants(
    reader: Reader,
    options: CreateOptions,
    names: Names,
    found: existing.ExistingResources,
    principals: Principals,
) -> Needed:
    """The role assignments that the cluster's principal needs; none on the network when the user wants none made."""
    known, needed, kubelet = principals.known_id, Needed([], []), options.aks.kubelet_identity
    hidden = _hidden(names, found, principals)
    if kubelet and found.cluster is None and options.identity.kind == USER_ASSIGNED and hidden is None:
        needed = kubelet_grant(reader, names, kubelet, known)
    if not options.aks.grants_wanted:
        return needed
    role, scope = role_named(reader, names.subscription, options.role), options.role_scope
    table = table_of(reader, names, found)
    if hidden is not None:
        return Needed([], [unknown_principal(names, role, scope, table, hidden)])
    on_network = grants_needed(reader, names, found, role, scope=scope, principal=known, table=table)
    return Needed([*on_network.grants, *needed.grants], [*on_network.findings, *needed.findings])


def _hidden(names: Names, found: existing.ExistingResources, principals: Principals) -> Hidden | None:
    """The cluster's principal, if it exists and its object id is not shown to this caller."""
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


def _inputs(  # pylint: disable=too-many-positional-arguments
    cmd: object,
    client: ArmClient,
    options: CreateOptions,
    names: Names,
    found: existing.ExistingResources,
    plan: AddressPlan,
    principals: Principals,
    needed: Sequence[create_steps.Grant],
    say: Say,
) -> create_steps.CreateInputs:
    """All that the steps are made from."""
    inputs = create_steps.CreateInputs(
        names=names,
        plan=plan,
        existing=found,
        location=_location(options, names, found),
        identity=options.identity,
        aks=options.aks,
        provenance=options.provenance,
        no_wait=options.no_wait,
        grants=needed,
        principal=principals.existing,
        make_principal=principals.make,
        remove_principal=principals.remove if principals.new else None,
        principal_removal=lambda: principals.removal,
        make_cluster=lambda outputs, accepted: cluster.make(cmd, client, inputs, outputs, accepted, say),
    )
    return inputs


def _unregistered(reader: Reader, inputs: create_steps.CreateInputs) -> tuple[str, ...]:
    """Resource providers to register before anything is made; none for a cluster that exists."""
    if inputs.existing.cluster is not None:
        return ()
    return checks.unregistered(reader, inputs.names, inputs.identity.kind)


def _check(
    reader: Reader, inputs: create_steps.CreateInputs, principal: str, options: CreateOptions, caller: Caller
) -> Sequence[Finding]:
    """What the named checks find in Azure."""
    missing = [grant for grant in inputs.grants if grant.granted is None]
    context = checks.CheckContext(
        names=inputs.names,
        existing=inputs.existing,
        plan=inputs.plan,
        location=inputs.location,
        identity_kind=inputs.identity.kind,
        outbound_type=options.aks.outbound_type,
        grant_scopes=tuple(grant.scope for grant in missing),
        role=options.role,
        other_roles={grant.scope: grant.role.name for grant in missing if not grant.role.on_network},
        principal=principal,
        caller=caller,
    )
    return checks.check(reader, context, options.skip_checks)


def _worth_saying(finding: Finding, options: CreateOptions) -> bool:
    """A plan says itself what it says of the docker bridge; here it is news only to who typed the option."""
    return finding.rule != "docker-bridge-not-sent" or "docker_bridge_address" in options.provenance.typed


def _missing(options: CreateOptions, names: Names, found: existing.ExistingResources) -> None:
    """Raise NotFound for what was named and does not exist."""
    if options.subnet_by_id and found.subnet(names.subnet) is None:
        raise NotFound(
            f"subnet {names.subnet_id} does not exist",
            f"look for its name: az network vnet subnet list -g {names.vnet_group} --vnet-name {names.vnet} -o table",
        )
    if names.vnet_group.lower() != names.group.lower() and found.vnet is None:
        raise NotFound(
            f"virtual network {names.vnet} does not exist in resource group {names.vnet_group}",
            f"look for its name: az network vnet list -g {names.vnet_group} -o table",
        )
    existing.plannable(found, names, options.ranges.requests)
    if names.identity_id and found.identity is None:
        raise NotFound(
            f"identity {names.identity_id} does not exist", "look for its id: az identity list --query [].id -o tsv"
        )


def _location(options: CreateOptions, names: Names, found: existing.ExistingResources) -> str:
    """The region of the cluster: as typed, else the group's. Raises NotFound without either."""
    if options.aks.location:
        return options.aks.location
    hidden = found.hidden.get(names.group_id)
    if hidden is not None:
        raise Refused(f"resource group {names.group} may not be read: {hidden}", "add --location LOCATION")
    there = str((found.group or {}).get("location") or "")
    if not there:
        group = names.group
        raise NotFound(
            f"resource group {group} does not exist",
            f"add --location LOCATION to have it made, or run az group create -n {group} -l LOCATION",
        )
    return there
