"""`-o table`: a row a range, a row a step."""

from collections import OrderedDict
from typing import Any

_Answer = dict[str, Any]
_Rows = list[OrderedDict[str, object]]


def plan_table(plan: _Answer) -> _Rows:
    """Return rows of a plan: what each range is, its CIDR and size, what it holds, and what the cluster uses of it.

    With --compare, a row a network model below; a cluster that is too large for a plan has these alone.
    """
    models = _models(plan["comparison"]) if "comparison" in plan else []
    if "demand" not in plan:
        return models
    demand, capacity = plan["demand"], plan["capacity"]
    nodes = _many(demand["nodes"], "node")
    if demand["surgeNodes"]:
        nodes += f" + {demand['surgeNodes']} surge"
    others = f" + {demand['extraIps']} others" if demand["extraIps"] else ""
    rows = [("Virtual network", prefix, "", "") for prefix in plan["vnetAddressPrefixes"]]
    rows += [
        ("Subnet", plan["subnetPrefix"], _many(capacity["nodesBySubnet"], "node"), nodes + others),
        ("Pod CIDR", plan["podCidr"], _many(capacity["nodesByPodCidr"], "node"), nodes),
        *_limit_of_aks(capacity, nodes),
        ("Service CIDR", plan["serviceCidr"], _many(capacity["services"], "service"), ""),
        ("DNS service IP", plan["dnsServiceIp"], "", ""),
        *([_docker_bridge(plan["dockerBridgeAddress"])] if "nodesByRoutes" in capacity else []),
    ]
    return [*(_row(what, cidr, _size(cidr), holds, used) for what, cidr, holds, used in rows), *models]


def _row(what: str, cidr: str, addresses: object, holds: str, used: str) -> OrderedDict[str, object]:
    """Return one row. All have the same columns, so that ranges and network models are one table."""
    return OrderedDict([("Range", what), ("CIDR", cidr), ("Addresses", addresses), ("Holds", holds), ("Demand", used)])


def _limit_of_aks(capacity: _Answer, nodes: str) -> list[tuple[str, str, str, str]]:
    """Return the row of AKS's own limit: the route table, or where nodes need no routes, the cluster."""
    if "nodesByRoutes" in capacity:
        return [("Route table", "", _many(capacity["nodesByRoutes"], "node"), nodes)]
    return [("Cluster", "", _many(capacity["nodesByAks"], "node"), nodes)]


def _docker_bridge(address: str | None) -> tuple[str, str, str, str]:
    """Return the row of the Docker bridge, which a plan may go without."""
    return ("Docker bridge", address or "", "" if address else "none planned", "not sent to Azure")


def _models(comparison: _Answer) -> _Rows:
    """Return rows of the network models: sizes and addresses that the cluster needs, and what the subnet supports."""
    return [
        _row(each["name"], _sizes(each), each["addresses"], _supports(each), _verdict(each))
        for each in comparison["models"]
    ]


def _sizes(model: _Answer) -> str:
    """Return the smallest subnet, and the smallest range of the pods if they have one."""
    pods = f", pods {model['podRangePrefix']}" if model["podRangePrefix"] else ""
    return f"{model['subnetPrefix']}{pods}" if model["subnetPrefix"] else "none"


def _supports(model: _Answer) -> str:
    return f"{_many(model['nodes'], 'node')} of {_many(model['maxPods'], 'pod')}"


def _verdict(model: _Answer) -> str:
    """Return whether that is enough, what limits it if it is not, and how many needs are not met."""
    unmet = len(model["unmet"])
    if unmet:
        return f"{'fits' if model['fits'] else 'too few'}, lacks {_many(unmet, 'need')}"
    return "fits" if model["fits"] else f"too few: {_LIMITS[model['limitedBy']]}"


#: What limits a model first, in few words.
_LIMITS = {"subnet": "subnet", "routes": "routes", "nodes": "nodes", "vnetAddresses": "network"}


def _many(count: int, noun: str) -> str:
    """Return `1 node`, `2 nodes`, without a comma: columns are for scripts, too."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def create_table(result: list[_Answer] | _Answer | None) -> _Rows | OrderedDict[str, object] | None:
    """Return rows of a dry run, a row a step; a cluster as azure-cli shows any, its columns in alphabetical order."""
    if isinstance(result, list):
        return [OrderedDict((key, step[key]) for key in ("action", "kind", "name", "detail")) for step in result]
    return OrderedDict(sorted(result.items())) if isinstance(result, dict) else result


def check_table(report: _Answer | list[_Answer]) -> _Rows:
    """Return rows of a check, a row a limit; of several clusters, which --ids may name, with the name of each."""
    if isinstance(report, list):
        return [OrderedDict([("Cluster", each["name"]), *row.items()]) for each in report for row in check_table(each)]
    return _limits_table(report)


def _limits_table(report: _Answer) -> _Rows:
    """Rows of one cluster; what is not known is empty."""
    return [
        OrderedDict(
            [
                ("Limit", limit["limit"]),
                ("Resource", " ".join(filter(None, (limit["resource"], limit["detail"])))),
                ("Total", limit["total"]),
                ("Used", limit["used"]),
                ("Free", limit["free"]),
                ("ToUpgrade", limit["neededToUpgrade"]),
                ("AtPeak", limit["neededAtPeak"]),
                ("Verdict", limit["verdict"]),
            ]
        )
        for limit in report["limits"]
    ]


def migrate_table(report: _Answer) -> _Rows:
    """Return rows of a move, a row a step, and one for the proof."""
    rows = [
        OrderedDict(
            [
                ("Step", step["step"]),
                ("Action", step["action"]),
                ("State", step["state"]),
                ("Seconds", step["seconds"]),
                ("Detail", step["detail"]),
            ]
        )
        for step in report["steps"]
    ]
    proof = report["proof"]
    if proof is not None:
        seen = "nothing wrong was seen" if proof["holds"] else "; ".join(proof["wrong"])
        state = "proven" if proof["holds"] else "not proven"
        rows.append(
            OrderedDict([("Step", "proof"), ("Action", "look"), ("State", state), ("Seconds", None), ("Detail", seen)])
        )
    return rows


def list_table(clusters: list[_Answer]) -> _Rows:
    """Return rows of a list, a row a cluster; what is not known is empty."""
    return [
        OrderedDict(
            [
                ("Name", each["name"]),
                ("ResourceGroup", each["resourceGroup"]),
                ("Version", each["kubernetesVersion"]),
                ("Nodes", each["nodeCount"]),
                ("Max", each["maxNodeCount"]),
                ("Headroom", each["headroom"]),
                ("LimitedBy", each["limitedBy"]),
                ("Upgrade", _UPGRADE[each["canUpgrade"]]),
                ("Readiness", each["readiness"]),
                ("Blockers", ", ".join(each["blockers"])),
            ]
        )
        for each in clusters
    ]


#: Whether a cluster can be upgraded, in a word.
_UPGRADE = {True: "yes", False: "no", None: ""}


def _size(cidr: str) -> str:
    """Return the number of addresses of a CIDR, "" for a lone address."""
    return str(1 << (32 - int(cidr.split("/")[1]))) if "/" in cidr else ""
