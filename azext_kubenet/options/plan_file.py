"""A plan that comes back in: the output of `az kubenet plan` as options again. It is input like any other."""

from dataclasses import dataclass, replace

from azext_kubenet.addressing import rules
from azext_kubenet.addressing.cidr import read_network
from azext_kubenet.addressing.findings import Finding, RunCommand, Severity, advise
from azext_kubenet.addressing.model import RangeKind, Snapshot
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.addressing.planner.held_to import HeldTo
from azext_kubenet.addressing.registry import RULES, Phase
from azext_kubenet.azure.bodies import Json, items, text
from azext_kubenet.azure.resource_id import NETWORK, ResourceId
from azext_kubenet.options.choices import DISCOVERIES, PLAN_VERSION
from azext_kubenet.options.plan_text import USE_A_PLAN, NotAPlan, plan_document
from azext_kubenet.options.typed import Typed, parameter

#: Keys of a plan, the option that each stands for, and the type of its value.
_KEYS: tuple[tuple[str, str, type], ...] = (
    *((kind.key, parameter(kind.option), list if kind is RangeKind.VNET else str) for kind in RangeKind),
    ("nodeCount", "node_count", int),
    ("maxCount", "max_count", int),
    ("maxPods", "max_pods", int),
    ("maxSurge", "max_surge", str),
    ("extraIps", "extra_ips", int),
)
#: Keys that a plan may lack: then nothing was stated.
_OPTIONAL = {"maxCount", "extraIps"}
#: A key whose value may be null: the docker bridge is never sent, and a plan may have no place for one.
_BRIDGE = RangeKind.DOCKER_BRIDGE.key
#: Options that a plan gives as one text, where the command line takes several.
_LISTS = {"subnet_prefix"}


def _unreadable(version: object) -> Finding | None:
    """What is wrong with the version of a plan: its first number is higher than ours, or it is none.

    A plan without one is of a build before there were versions, and is read.
    """
    if version is None:
        return None
    parts = str(version).split(".")
    if isinstance(version, bool | list | dict) or not all(part.isascii() and part.isdigit() for part in parts):
        return _finding("planVersion in the plan must be a text such as 1.0")
    ours = int(PLAN_VERSION.split(".", maxsplit=1)[0])
    if int(parts[0]) <= ours:
        return None
    upgrade = RunCommand("az extension update --name kubenet", "upgrade the extension")
    message = f"the plan has planVersion {version}, and this version of the extension reads plans up to {ours}.x"
    return Finding("plan-too-new", Severity.ERROR, ("--plan",), message, (upgrade,))


@dataclass(frozen=True)
class PlanFile:  # pylint: disable=too-many-instance-attributes
    """A plan that came back.

    options: what it stands for, by option
    seen: what it saw in Azure, None for a plan that did not look
    given: options of the ranges that the plan was asked for with
    derived: ranges that were its own choice around what was asked for, and bind nobody where that exists
    subscription: of the network that it was made for, "" for none
    accepted, skipped: names of rules and of checks whose errors were lowered when it was made
    told: what was said of them then
    findings: what is wrong with it
    held_to: excluded ranges and blocks that it was made with, None where it does not say so
    plugin: the network plugin that it is for
    """

    options: Typed
    seen: Snapshot | None = None
    derived: tuple[RangeKind, ...] = ()
    given: tuple[str, ...] = ()
    subscription: str = ""
    accepted: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    held_to: HeldTo | None = None
    plugin: NetworkPlugin = KUBENET


#: No plan was given.
NO_PLAN = PlanFile(Typed({}))


def read_plan(typed: str) -> PlanFile:
    """A plan as options, and what is wrong with it. Unknown keys are passed over: a newer 1.x has more."""
    try:
        document = plan_document(typed)
    except NotAPlan as fault:
        return replace(NO_PLAN, findings=(_finding(str(fault), fault.advice),))
    unreadable = _unreadable(document.get("planVersion"))
    if unreadable:
        return replace(NO_PLAN, findings=(unreadable,))
    options: Json = {}
    findings: list[Finding] = []
    plugin = _plugin(document)
    if plugin is None:
        findings.append(_finding("networkPlugin in the plan must be kubenet, or azure with networkPluginMode overlay"))
    missing = [key for key, _, _ in _KEYS if key not in document and key not in _OPTIONAL]
    if missing:
        findings.append(_finding(f"the plan lacks {', '.join(missing)}"))
    for key, name, kind in _KEYS:
        if key not in document or (key == _BRIDGE and document[key] is None):
            continue
        if not _fits(document[key], kind):
            findings.append(_finding(f"{key} in the plan must be a {_WORDS[kind]}"))
        else:
            options[name] = [document[key]] if name in _LISTS else document[key]
    readers = ("network", _network), ("pools", _pools), ("seen", _seen), ("given", _given), ("heldTo", _held_to)
    for key, read in readers:
        try:
            read(document.get(key), options)
        except (TypeError, KeyError, ValueError, AttributeError):
            findings.append(_finding(f"{key} in the plan is not what az kubenet plan writes"))
    seen, subscription = options.pop("seen", None), options.pop("network_subscription", "")
    held = options.pop("held_to", None)
    derived, given = (tuple(options.pop(key, ())) for key in ("derived", "given"))
    accepted = _accepted(document)
    told, plugin = tuple(findings), plugin or KUBENET
    return PlanFile(
        Typed(options), seen, derived, given, subscription, **accepted, findings=told, held_to=held, plugin=plugin
    )


def _plugin(document: Json) -> NetworkPlugin | None:
    """The network plugin that a plan is for; None for one that no plan is for."""
    stated = document.get("networkPlugin", KUBENET.name), document.get("networkPluginMode") or ""
    return next((each for each in (KUBENET, OVERLAY) if stated == (each.name, each.mode)), None)


def _network(network: Json | None, options: Json) -> None:
    """The network that the plan is for: by the subnet's id if that exists, else by the network's."""
    if network is None:
        return
    vnet_id, subnet = _text(network["vnetId"]), network.get("subnetName")
    vnet = ResourceId.parse(vnet_id, NETWORK)
    if not (subnet is None or _text(subnet)):
        raise ValueError
    options["vnet_address_prefixes"] = None  # it is looked up again: another prefix since then does no harm
    if network.get("subnetExists"):
        options["vnet_subnet_id"] = f"{vnet_id}/subnets/{_text(subnet)}"
        return
    options.update(vnet_name=vnet.name, vnet_resource_group=vnet.group, network_subscription=vnet.subscription)
    if subnet:
        options["subnet_name"] = subnet


def _pools(pools: list[Json] | None, options: Json) -> None:
    """Node pools, as --pool takes them; nodeCount and maxCount are their sums."""
    if pools is None:
        return
    options["pool"] = [
        f"{pool['name']}:{pool['count']}:{pool.get('maxCount', '')}:{pool['maxSurge']}" for pool in pools
    ]
    options.update(node_count=None, max_count=None)


def _seen(seen: Json | None, options: Json) -> None:
    """What the plan saw in Azure."""
    if seen is None:
        return
    shared, discover = seen.get("shared") or [], seen.get("discover")
    if not all(isinstance(each, str) for each in shared) or discover not in (None, *DISCOVERIES):
        raise ValueError
    options.update(seen=Snapshot(str(seen.get("fingerprint") or ""), frozenset(shared)), discover=discover)


def _given(given: object, options: Json) -> None:
    """Which ranges were given; a plan that does not say so chose its network and its docker bridge.

    What is sent to Azure stays as it was planned. The network binds nobody where it exists; the bridge is never sent,
    so one that was chosen is chosen again, and refuses nothing.
    """
    if given is not None and not (isinstance(given, list) and all(isinstance(each, str) for each in given)):
        raise ValueError
    options["given"] = [parameter(kind.option) for kind in RangeKind if kind.key in (given or ())]
    if options.get("vnet_address_prefixes") and RangeKind.VNET.key not in (given or ()):
        options["derived"] = [RangeKind.VNET]
    if _BRIDGE not in (given or ()):
        options.pop("docker_bridge_address", None)


def _held_to(held: Json | None, options: Json) -> None:
    """How many ranges were excluded, and the blocks of --within; a plan of an earlier build does not say so."""
    if held is None:
        return
    excluded = held.get("excludedRanges", 0)
    if not _fits(excluded, int) or excluded < 0:
        raise ValueError
    options["held_to"] = HeldTo(excluded, tuple(read_network(_text(each)) for each in held.get("within") or ()))


def _accepted(document: Json) -> dict[str, tuple[str, ...]]:
    """Names of rules, and of checks, whose errors were accepted when the plan was made, and what was told of them.

    Of another version's names nothing is known: they are passed over.
    """
    found = [each for each in items(document, "findings") if each.get("accepted") is True]
    names = [*dict.fromkeys(text(each, "rule") for each in found)]
    risks = [each for each in names if each in rules.acceptable()]
    checks = [each for each in names if each in RULES and RULES[each].phase is Phase.CHECK]
    told = [text(each, "message") for each in found]
    return {"accepted": tuple(risks), "skipped": tuple(checks), "told": tuple(told)}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_WORDS = {list: "list of strings", str: "string", int: "whole number"}


def _fits(value: object, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
    return isinstance(value, kind) and not isinstance(value, bool)


def _finding(message: str, advice: str = USE_A_PLAN) -> Finding:
    return Finding("malformed-plan", Severity.ERROR, ("--plan",), message, advise(advice))
