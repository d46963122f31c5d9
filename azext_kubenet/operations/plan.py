"""A plan that looks at Azure first: the story of `az kubenet plan` inside a network, or clear of a whole estate."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from azext_kubenet import checks
from azext_kubenet.addressing.model import Finding, RangeRequests
from azext_kubenet.addressing.planner.plan_result import PlanResult, check_given, plan_ranges
from azext_kubenet.azure import api_versions, client
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.caller import Caller
from azext_kubenet.azure.directory import DoNotGoTogether
from azext_kubenet.azure.reads import Read, Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import Say
from azext_kubenet.changes.remedies import remedy_for
from azext_kubenet.discovery import existing, snapshot
from azext_kubenet.discovery.network_reads import measure
from azext_kubenet.discovery.survey import subscriptions_of, survey_around
from azext_kubenet.discovery.topology import Surroundings
from azext_kubenet.errors import NotFound, Refused, RefusedByAzure, WrongUsage, refuse
from azext_kubenet.operations.request import Reading, network_names
from azext_kubenet.options.choices import USER_ASSIGNED

#: Seconds that a plan waits for a busy service: nothing is lost by asking again later.
_PATIENCE = 120.0
_LOGIN = "az login"


def plan_in_azure(cmd: Any, reading: Reading, options: Mapping[str, Any], say: Say) -> tuple[PlanResult, Json]:
    """The verdict on these options and what they name in Azure, and what the answer says of that.

    The findings of what is around come with the verdict's own. What is missing, or refused by Azure, is raised.

    What is wrong with the options themselves is told before anything is asked of Azure.
    """
    accepted = options.get("accept_risk") or ()
    refuse([*reading.findings, *check_given(reading.demand, reading.wish, reading.taken, accepted)])
    names = _names(cmd, options)
    try:
        door = client.connect(cmd.cli_ctx, client.RetryPolicy(_PATIENCE, say))
        with Reader(door, door.patience.give_up) as reader:
            return _plan(reader, names, reading, options, door.caller)
    except client.AzureError as error:
        raise RefusedByAzure(
            str(error), remedy_for((error.code, *error.details), names, "", "", error.message)
        ) from error


def _names(cmd: Any, options: Mapping[str, Any]) -> Names:
    """What to look at. Raises WrongUsage for options that do not go together, and Refused where nobody is logged in."""
    from azure.cli.core._profile import Profile
    from azure.cli.core.commands.client_factory import get_subscription_id

    try:
        names = network_names("", options)
    except DoNotGoTogether as error:
        raise WrongUsage(str(error), error.recommendation) from error
    if not Profile(cli_ctx=cmd.cli_ctx).load_cached_subscriptions():
        raise Refused("a plan that looks at Azure needs a login, and azure-cli has none: run az login first", _LOGIN)
    subscription = str(get_subscription_id(cmd.cli_ctx))
    return replace(names, subscription=subscription, network_subscription=names.network_subscription or subscription)


def _plan(
    reader: Reader, names: Names, reading: Reading, options: Mapping[str, Any], caller: Caller
) -> tuple[PlanResult, Json]:
    hidden: dict[str, client.AzureError] = {}
    vnet = _network(reader, names, hidden) if names.vnet else None
    found = existing.ExistingResources(group=None, vnet=vnet, identity=None, cluster=None, hidden=hidden)
    subnet = found.subnet(names.subnet) if names.subnet else None
    if options.get("vnet_subnet_id") and subnet is None:
        raise _no_subnet(names)
    existing.plannable(found, names, reading.wish)
    wish, differences = existing.apply_existing(reading.wish, found, names)
    refuse(each for each in differences if each.rule == existing.WITHOUT_PREFIX)
    if subnet is not None:
        wish = replace(wish, in_use=measure(subnet))
    scope, prefixes = str(options.get("discover") or ""), reading.wish.vnet
    new = prefixes if isinstance(prefixes, tuple) else ()
    around = survey_around(reader, names, vnet, subscriptions_of(names, scope), new)
    taken = [*reading.taken, *around.reservations]
    verdict = plan_ranges(reading.demand, wish, taken, options.get("accept_risk") or (), around.elsewhere)
    near = map(caller.named_in, around.findings)
    findings = [*differences, *existing.not_seen(found, names, caller), *near, *verdict.findings]
    if subnet is not None:
        told = existing.beside(verdict.findings, names, "-g")
        unseen = existing.not_seen(found, names, caller)
        findings = [*differences, *unseen, *near, *told, *_checks(reader, names, found, verdict, options, caller)]
    about = _about(names, subnet, verdict, around, scope)
    given = _given(names, reading.wish, vnet if found.network_is_seen else None, subnet)
    return replace(verdict, findings=tuple(findings), given=given), about


def _network(reader: Reader, names: Names, hidden: dict[str, client.AzureError]) -> Json:
    """The network that was named; of one that may not be read, what its subnet shows. Raises NotFound."""
    clusters = f"/subscriptions/{names.network_subscription}/providers/Microsoft.ContainerService/managedClusters"
    reader.prefetch([Read(names.vnet_id, api_versions.VNET_API), Read(clusters, api_versions.CLUSTER_API, True)])
    vnet = existing.read_network(reader, names, hidden)
    if vnet is None:
        raise NotFound(
            f"virtual network {names.vnet} does not exist in resource group {names.vnet_group}",
            f"look for its name: az network vnet list -g {names.vnet_group} -o table",
        )
    return vnet


def _no_subnet(names: Names) -> NotFound:
    return NotFound(
        f"subnet {names.subnet_id} does not exist",
        f"look for its name: az network vnet subnet list -g {names.vnet_group} --vnet-name {names.vnet} -o table",
    )


def _checks(  # pylint: disable=too-many-positional-arguments
    reader: Reader,
    names: Names,
    found: existing.ExistingResources,
    verdict: PlanResult,
    options: Mapping[str, Any],
    caller: Caller,
) -> list[Finding]:
    """What create would find in an existing subnet."""
    situation = checks.CheckContext(
        names=names,
        existing=found,
        plan=verdict.plan,
        location=str((found.vnet or {}).get("location") or ""),
        identity_kind=USER_ASSIGNED,
        caller=caller,
    )
    return checks.check(reader, situation, options.get("skip_checks") or (), checks.OF_A_SUBNET)


def _about(names: Names, subnet: Json | None, verdict: PlanResult, around: Surroundings, discover: str) -> Json:
    """What the answer says of the network, and what create needs to know it again."""
    about: Json = {"seen": snapshot.take_snapshot(verdict.plan, around, discover)}
    if names.vnet:
        about["network"] = {
            "vnetId": names.vnet_id,
            "subnetName": names.subnet or None,
            "subnetExists": subnet is not None,
            "addressesInUse": verdict.plan.in_use,
        }
    if subnet is not None:
        about["vnetSubnetId"] = names.subnet_id
    return about


def _given(names: Names, wish: RangeRequests, vnet: Json | None, subnet: Json | None) -> dict[str, str]:
    """Whose the ranges are that exist."""
    given = {}
    if vnet is not None and wish.vnet is None:
        given["vnet"] = f"as virtual network {names.vnet} has it"
    if subnet is not None and wish.subnet is None:
        given["subnet"] = f"as subnet {names.subnet} of {names.vnet} has it"
    return given
