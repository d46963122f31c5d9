"""`-o table`: a row a range, a row a step."""

from collections import OrderedDict
from typing import Any

Answer = dict[str, Any]
Rows = list[OrderedDict[str, Any]]


def plan_table(plan: Answer) -> Rows:
    """Rows of a plan: what each range is, its CIDR and size, what it holds, and what the cluster uses of it.

    With --compare, a row a network model instead.
    """
    if "comparison" in plan:
        return _comparison_table(plan["comparison"])
    demand, capacity = plan["demand"], plan["capacity"]
    nodes = f"{demand['nodes']} nodes"
    if demand["surgeNodes"]:
        nodes += f" + {demand['surgeNodes']} surge"
    others = f" + {demand['extraIps']} others" if demand["extraIps"] else ""
    rows = [("Virtual network", prefix, "", "") for prefix in plan["vnetAddressPrefixes"]]
    rows += [
        ("Subnet", plan["subnetPrefix"], f"{capacity['nodesBySubnet']} nodes", nodes + others),
        ("Pod CIDR", plan["podCidr"], f"{capacity['nodesByPodCidr']} nodes", nodes),
        ("Route table", "", f"{capacity['nodesByRoutes']} nodes", nodes),
        ("Service CIDR", plan["serviceCidr"], f"{capacity['services']} services", ""),
        ("DNS service IP", plan["dnsServiceIp"], "", ""),
        _docker_bridge(plan["dockerBridgeAddress"]),
    ]
    return [
        OrderedDict([("Range", what), ("CIDR", cidr), ("Addresses", _size(cidr)), ("Holds", holds), ("Demand", used)])
        for what, cidr, holds, used in rows
    ]


def _docker_bridge(address: str | None) -> tuple[str, str, str, str]:
    """The row of the docker bridge, which a plan may go without."""
    return ("Docker bridge", address or "", "" if address else "none planned", "not sent to Azure")


def _comparison_table(comparison: Answer) -> Rows:
    """Rows of the network models; of what each lacks, what is needed if anything is."""
    what = "unmet" if comparison["needs"] else "lacks"
    return [
        OrderedDict(
            Model=each["name"],
            PodsPerNode=each["maxPods"],
            Addresses=each["addresses"],
            Subnet=each["subnetPrefix"],
            PodRange=each["podRangePrefix"],
            Nodes=each["nodes"],
            Pods=each["pods"],
            LimitedBy=each["limitedBy"],
            Lacks=", ".join(each[what]),
        )
        for each in comparison["models"]
    ]


def create_table(result: Any) -> Any:
    """Rows of a dry run, a row a step; a cluster as azure-cli shows any, its columns in the order of the alphabet."""
    if isinstance(result, list):
        return [OrderedDict((key, step[key]) for key in ("action", "kind", "name", "detail")) for step in result]
    return OrderedDict(sorted(result.items())) if isinstance(result, dict) else result


def _size(cidr: str) -> str:
    """Number of addresses of a CIDR; nothing for a lone address."""
    return str(1 << (32 - int(cidr.split("/")[1]))) if "/" in cidr else ""
