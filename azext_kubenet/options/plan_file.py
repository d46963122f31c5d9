"""A plan that comes back in: the output of `az kubenet plan` as options again. It is input like any other."""

import json
import shlex
from dataclasses import dataclass, replace

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import RangeKind, Snapshot
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import NETWORK, SUBNET, ResourceId
from azext_kubenet.options.choices import DISCOVERIES
from azext_kubenet.options.typed import Typed, parameter, spelled

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


#: What a plan is made again with: options, how plan spells them, and the defaults that need not be said.
_ANEW: tuple[tuple[str, str, object], ...] = (
    ("network_subscription", "--subscription", None),
    ("vnet_resource_group", "-g", None),
    ("vnet_name", "--vnet-name", None),
    ("subnet_name", "--subnet-name", None),
    ("vnet_subnet_id", "--vnet-subnet-id", None),
    ("pool", "--pool", None),
    ("node_count", "--node-count", limits.DEFAULT_NODE_COUNT),
    ("max_count", "--max-count", None),
    ("max_pods", "--max-pods", limits.DEFAULT_MAX_PODS),
    ("max_surge", "--max-surge", limits.DEFAULT_MAX_SURGE),
    ("extra_ips", "--extra-ips", 0),
)


class _NotAPlan(ValueError):
    """The text is no JSON object."""


def _document(text: str) -> Json:
    if not text.strip():
        raise _NotAPlan("the plan is empty: the piped command or file produced no output")
    if text.startswith("@"):
        raise _NotAPlan(f"there is no file {text[1:]} to read the plan from")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise _NotAPlan(f"the plan is not JSON ({where})") from error
    if not isinstance(document, dict):
        raise _NotAPlan("the plan is JSON, but not an object")
    return document


@dataclass(frozen=True)
class PlanFile:
    """A plan that came back.

    options: what it stands for, by option
    seen: what it saw in Azure, None for a plan that did not look
    given: options of the ranges that the plan was asked for with
    derived: ranges that were its own choice around what was asked for, and bind nobody where that exists
    subscription: of the network that it was made for, "" for none
    findings: what is wrong with it
    plugin: the network plugin that it is for
    """

    options: Typed
    seen: Snapshot | None = None
    derived: tuple[RangeKind, ...] = ()
    given: tuple[str, ...] = ()
    subscription: str = ""
    findings: tuple[Finding, ...] = ()
    plugin: NetworkPlugin = KUBENET


#: No plan was given.
NO_PLAN = PlanFile(Typed({}))


def read_plan(text: str) -> PlanFile:
    """A plan as options, and what is wrong with it. Unknown keys are passed over: a newer plan has more."""
    try:
        document = _document(text)
    except _NotAPlan as fault:
        return replace(NO_PLAN, findings=(_finding(str(fault)),))
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
    for key, read in (("network", _network), ("pools", _pools), ("seen", _seen), ("given", _given)):
        try:
            read(document.get(key), options)
        except (TypeError, KeyError, ValueError, AttributeError):
            findings.append(_finding(f"{key} in the plan is not what az kubenet plan writes"))
    seen, derived, given, subscription = (
        options.pop(key, None) for key in ("seen", "derived", "given", "network_subscription")
    )
    bound, asked = tuple(derived or ()), tuple(given or ())
    return PlanFile(Typed(options), seen, bound, asked, subscription or "", tuple(findings), plugin or KUBENET)


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


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


_WORDS = {list: "list of strings", str: "string", int: "whole number"}


def _fits(value: object, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
    return isinstance(value, kind) and not isinstance(value, bool)


def _finding(message: str) -> Finding:
    return Finding(
        "malformed-plan",
        Severity.ERROR,
        ("--plan",),
        message,
        advise("use the output of az kubenet plan: az kubenet plan | az kubenet create -g GROUP -n NAME --plan @-"),
    )


def combine(planned: PlanFile, typed: Typed) -> tuple[Typed, list[Finding]]:
    """The options of a plan with those typed beside it; one that says something else than the plan is a finding."""
    findings: list[Finding] = []
    for name, value in planned.options.all.items():
        given = typed.value(name)
        if given is not None and not _same(given, value):
            option = "--" + name.replace("_", "-")
            command = _anew(planned, name, option, given)
            findings.append(
                Finding(
                    "plan-contradicted",
                    Severity.ERROR,
                    (option, "--plan"),
                    f"{option} {' '.join(_words(given))} contradicts the plan, which has {' '.join(_words(value))}",
                    advise(f"leave {option} out, or make the plan again with it: {command}"),
                )
            )
    return typed.under(planned.options), findings


def _anew(planned: PlanFile, name: str, option: str, given: object) -> str:
    """The command that makes a plan again, for the same network, size and ranges, with another value of an option."""
    values = {**planned.options.all, "network_subscription": planned.subscription or None}
    subnet = ResourceId(str(values.get("vnet_subnet_id") or ""))
    if name == "subnet_prefix" and subnet.is_a(SUBNET):  # one that exists has its prefix: another is that of a new one
        values |= {"network_subscription": subnet.subscription, "vnet_resource_group": subnet.group}
        values |= {"vnet_name": subnet.parent.name, "vnet_subnet_id": None}
    ranges = [each for each in planned.given if each != "subnet_prefix" or values.get("vnet_subnet_id") is None]
    defaults = {"max_pods": planned.plugin.default_max_pods}
    anew = [*_ANEW, *((each, spelled(each), None) for each in ranges)]
    least = {each[0]: defaults.get(each[0], each[2]) for each in anew}
    kept = [each for each in anew if each[0] != name and values.get(each[0]) not in (None, least[each[0]])]
    words = [word for key, spelling, _ in kept for word in (spelling, *_words(values[key]))]
    plugin = planned.plugin.arguments.split() if planned.plugin is not KUBENET else []
    return shlex.join(["az", "kubenet", "plan", *plugin, *words, option, *_words(given)])


def _words(value: object) -> list[str]:
    """A value as the words of the command line; an option that is given more than once comes as lists."""
    if isinstance(value, (list, tuple)):
        return [word for each in value for word in _words(each)]
    return [str(value)]


def _same(given: object, planned: object) -> bool:
    """Whether two values say the same; Azure's names and ids are the same in any letters' case."""
    return [word.lower() for word in _words(given)] == [word.lower() for word in _words(planned)]
