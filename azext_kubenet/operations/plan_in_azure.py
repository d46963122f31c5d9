"""A plan that looks at Azure first: inside a network, or clear of all that the login can see."""

from dataclasses import replace
from typing import Any

from azext_kubenet import checks
from azext_kubenet.addressing.findings import Finding, Severity, use
from azext_kubenet.addressing.model import UNSPECIFIED, RangeKind, RangeRequests
from azext_kubenet.addressing.planner.plan_again import plan_again
from azext_kubenet.addressing.planner.plan_result import PlanResult, TargetNetwork
from azext_kubenet.azure import api_versions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import Json, text
from azext_kubenet.azure.caller import UNKNOWN, Caller
from azext_kubenet.azure.client import connect
from azext_kubenet.azure.models import Subnet
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resources import Names, plain_region
from azext_kubenet.azure.retry import TRANSIENT
from azext_kubenet.azure.waiting import RetryPolicy, Say
from azext_kubenet.changes.remedies import NOTHING_LOST, remedy_for
from azext_kubenet.discovery import existing, network_fixes, snapshot
from azext_kubenet.discovery.inventory import NO_SUBSCRIPTION
from azext_kubenet.discovery.survey import discovered_scope, subscriptions_of, survey_around
from azext_kubenet.errors import Refused, RefusedByAzure, refuse
from azext_kubenet.operations.login import subscription_of
from azext_kubenet.operations.not_there import no_network, no_subnet
from azext_kubenet.options.plan_options import PlanOptions

#: Seconds that a plan waits for a busy service: nothing is lost by asking again later.
_TIMEOUT = 120.0
_LOGIN = "az login"


def plan_in_azure(cmd: Any, options: PlanOptions, names: Names, say: Say) -> PlanResult:
    """Return the plan of these options in what they name in Azure, with the findings on that.

    What is missing, or refused by Azure, is raised.
    """
    subscription = subscription_of(cmd.cli_ctx)
    if not subscription:
        raise Refused("not logged in; --vnet-name, --vnet-subnet-id and --discover read from Azure", _LOGIN)
    names, caller = names.within(subscription), UNKNOWN
    try:
        client = connect(cmd.cli_ctx, RetryPolicy(_TIMEOUT, say))
        caller = client.caller
        with Reader(client, client.retry_policy.leave) as reader:
            return _plan(reader, names, options, caller)
    except AzureError as error:
        raise RefusedByAzure(str(error), _advice(error, names, options.discover, caller)) from error


def _advice(error: AzureError, names: Names, discover: str, caller: Caller) -> str:
    """What to do about an error, for a command that makes nothing."""
    without = f", or leave --discover {discover} out" if discover else ""
    if error.status == 0 or error.status in TRANSIENT:
        return f"Azure did not answer in time: run the command again in a few minutes{without}"
    if NO_SUBSCRIPTION in (error.code, *error.details):  # a login that has no role where it looks
        grant = caller.grant_command("Reader", discovered_scope(names, subscriptions_of(names, discover) or (), caller))
        return f"leave --discover out, or have an administrator give this login the role Reader: {grant}"
    return remedy_for((error.code, *error.details), names, "", "", error.message).removesuffix(NOTHING_LOST)


def _plan(reader: Reader, names: Names, options: PlanOptions, caller: Caller) -> PlanResult:
    hidden: dict[str, AzureError] = {}
    ranges, vnet = options.ranges, _network(reader, names, hidden) if names.vnet else None
    found = existing.ExistingResources(group=None, vnet=vnet, identity=None, cluster=None, hidden=hidden)
    subnet = found.network.subnet(names.subnet) if names.subnet else None
    if options.subnet_by_id and subnet is None:
        raise no_subnet(names)
    existing.plannable(found, names, ranges.requests)
    requests, differences = existing.apply_existing(ranges.requests, found, names)
    refuse(each for each in differences if each.rule == existing.WITHOUT_PREFIX)
    if subnet is not None:
        requests = replace(requests, in_use=subnet.addresses_in_use)
    own, subscriptions = found.network if vnet else None, subscriptions_of(names, options.discover)
    around = survey_around(reader, names, own, subscriptions, ranges.requests.vnet.networks, caller=caller)
    reservations = [*ranges.reservations, *around.reservations]
    inputs = ranges.size, requests, reservations, options.accept_risk, around.elsewhere
    result = plan_again(*inputs, earlier=options.earlier, apart=bool(options.discover))
    seen = [*result.reservations, *around.elsewhere]
    context = checks.CheckContext(reader, names, found, result.plan, caller=caller, seen=seen)
    planned = network_fixes.of_network(result.findings, names)
    findings = [
        *differences,
        *_elsewhere(names, found.network.location, options.cluster.location),
        *existing.not_seen(found, names, caller),
        *around.findings,
        *(planned if subnet is None else network_fixes.beside(planned, names, "-g")),
        *(checks.run_checks(context, checks.Phase.PLAN, options.skip_checks) if names.subnet else ()),
    ]
    return replace(
        result,
        findings=tuple(findings),
        given={**result.given, **_given(names, ranges.requests, vnet if found.network_is_seen else None, subnet)},
        target=_target(names, vnet, subnet) if names.vnet else None,
        snapshot=snapshot.take_snapshot(result.plan, around, options.discover),
    )


def _network(reader: Reader, names: Names, hidden: dict[str, AzureError]) -> Json:
    """The network that was named; of one that may not be read, what its subnet shows. Raises NotFound."""
    clusters = f"/subscriptions/{names.network_subscription}/providers/Microsoft.ContainerService/managedClusters"
    reader.prefetch([Read(names.vnet_id, api_versions.VNET_API), Read(clusters, api_versions.CLUSTER_API, True)])
    vnet = existing.read_network(reader, names, hidden)
    if vnet is None:
        raise no_network(reader, names)
    return vnet


def _target(names: Names, vnet: Json | None, subnet: Subnet | None) -> TargetNetwork:
    return TargetNetwork(
        subscription=names.network_subscription,
        resource_group=names.vnet_group,
        name=names.vnet,
        vnet_id=names.vnet_id,
        subnet=names.subnet,
        subnet_exists=subnet is not None,
        route_table=str(subnet.route_table) if subnet is not None else "",
        location=text(vnet or {}, "location"),
    )


def _elsewhere(names: Names, there: str, location: str) -> list[Finding]:
    """That the cluster of an export would be in another region than its network, which Azure refuses. [A12]"""
    if not there or not location or plain_region(there) == plain_region(location):
        return []
    message = f"virtual network {names.vnet} is in {there}, and the cluster would be in {location}"
    return [
        Finding("network-location", Severity.ERROR, ("--location",), message, (use("--location", plain_region(there)),))
    ]


def _given(names: Names, requests: RangeRequests, vnet: Json | None, subnet: Subnet | None) -> dict[RangeKind, str]:
    """Whose the ranges are that exist."""
    given = {}
    if vnet is not None and requests.vnet == UNSPECIFIED:
        given[RangeKind.VNET] = f"the address space of virtual network {names.vnet}"
    if subnet is not None and requests.subnet == UNSPECIFIED:
        given[RangeKind.SUBNET] = f"the prefix of subnet {names.subnet} of {names.vnet}"
    return given
