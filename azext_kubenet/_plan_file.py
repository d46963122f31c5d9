"""A plan that comes back in: the output of `az kubenet plan` as options again. It is input like any other."""

import json
from collections.abc import Mapping
from typing import Any

from azext_kubenet.addressing.model import Finding, Severity

#: Keys of a plan, the option that each stands for, and the type of its value.
_KEYS: tuple[tuple[str, str, type], ...] = (
    ("vnetAddressPrefixes", "vnet_address_prefixes", list),
    ("subnetPrefix", "subnet_prefix", str),
    ("podCidr", "pod_cidr", str),
    ("serviceCidr", "service_cidr", str),
    ("dnsServiceIp", "dns_service_ip", str),
    ("dockerBridgeAddress", "docker_bridge_address", str),
    ("nodeCount", "node_count", int),
    ("maxCount", "max_count", int),
    ("maxPods", "max_pods", int),
    ("maxSurge", "max_surge", str),
    ("extraIps", "extra_ips", int),
)
#: Keys that a plan may lack: then nothing was stated.
_OPTIONAL = {"maxCount", "extraIps"}
#: Options that a plan gives as one text, where the command line takes several.
_LISTS = {"subnet_prefix"}


def read_plan(text: str) -> tuple[dict[str, Any], list[Finding]]:
    """Options by name, and what is wrong with the plan. Unknown keys are passed over: a newer plan has more."""
    if not text.strip():
        return {}, [_finding("the plan is empty: the command before the pipe, or the file, gave none")]
    if text.startswith("@"):
        return {}, [_finding(f"there is no file {text[1:]} to read the plan from")]
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        return {}, [_finding(f"the plan is not JSON ({where})")]
    if not isinstance(document, dict):
        return {}, [_finding("the plan is JSON, but not an object")]
    options: dict[str, Any] = {}
    findings: list[Finding] = []
    if document.get("networkPlugin", "kubenet") != "kubenet":
        findings.append(_finding("the plan's networkPlugin is not kubenet"))
    missing = [key for key, _, _ in _KEYS if key not in document and key not in _OPTIONAL]
    if missing:
        findings.append(_finding(f"the plan has no {', '.join(missing)}"))
    for key, name, kind in _KEYS:
        if key not in document:
            continue
        if not _fits(document[key], kind):
            findings.append(_finding(f"the plan's {key} is no {_WORDS[kind]}"))
        else:
            options[name] = [document[key]] if name in _LISTS else document[key]
    return options, findings


_WORDS = {list: "list of texts", str: "text", int: "whole number"}


def _fits(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)
    return isinstance(value, kind) and not isinstance(value, bool)


def _finding(message: str) -> Finding:
    return Finding(
        "malformed-plan",
        Severity.ERROR,
        ("--plan",),
        message,
        "use the output of az kubenet plan: az kubenet plan | az kubenet create -g GROUP -n NAME --plan @-",
    )


def combine(planned: Mapping[str, Any], typed: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """The options of a plan with those typed beside it; one that says something else than the plan is a finding."""
    findings: list[Finding] = []
    for name, value in planned.items():
        given = typed.get(name)
        if given is not None and _words(given) != _words(value):
            option = "--" + name.replace("_", "-")
            findings.append(
                Finding(
                    "plan-contradicted",
                    Severity.ERROR,
                    (option, "--plan"),
                    f"{option} {' '.join(_words(given))} contradicts the plan, which has {' '.join(_words(value))}",
                    f"leave {option} out, or make the plan anew with it: "
                    f"az kubenet plan {option} {' '.join(_words(given))}",
                )
            )
    return {**{key: value for key, value in typed.items() if value is not None}, **planned}, findings


def _words(value: Any) -> list[str]:
    """A value as the words of the command line."""
    return [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
