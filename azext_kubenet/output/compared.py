"""Kubenet beside the models of Azure CNI, as plain values and in words."""

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.network_models import BY_KEY, FEATURES
from azext_kubenet.addressing.network_models.choice import Choice
from azext_kubenet.addressing.network_models.comparison import Comparison, Row
from azext_kubenet.addressing.wording import many
from azext_kubenet.azure.bodies import Json


def comparison_json(comparison: Comparison) -> Json:
    """A comparison as plain values, for the answer."""
    return {
        "subnet": f"/{comparison.prefixlen}" if comparison.subnet is None else str(comparison.subnet),
        "nodes": comparison.size.nodes,
        "surgeNodes": comparison.size.surge_nodes,
        "needs": list(comparison.needs),
        "models": [_row(row) for row in comparison.rows],
        "article": _choice(comparison.article),
        "recommended": _choice(comparison.recommended),
        "kubenetRetires": limits.KUBENET_RETIREMENT,
    }


def _row(row: Row) -> Json:
    return {
        "model": row.model.key,
        "name": row.model.name,
        "maxPods": row.max_pods,
        "addresses": row.addresses,
        "subnetPrefix": _size(row.subnet_prefix),
        "podRangePrefix": _size(row.pod_prefix),
        "nodes": row.nodes,
        "pods": row.pods,
        "limitedBy": row.limited_by,
        "mostNodes": row.model.most_nodes,
        "fits": row.fits,
        "lacks": list(row.lacks),
        "unmet": list(row.unmet),
        "remarks": list(row.remarks),
        "sources": list(row.model.sources),
    }


def _choice(choice: Choice) -> Json:
    return {"model": choice.model, "name": BY_KEY[choice.model].name, "reasons": list(choice.reasons)}


def _size(prefixlen: int | None) -> str:
    return "" if prefixlen is None else f"/{prefixlen}"


#: What binds first, in words.
_BOUNDS = {
    "subnet": "subnet",
    "routes": "routes",
    "nodes": "nodes of a cluster",
    "vnetAddresses": "addresses of a virtual network",
}


def lines(comparison: Comparison) -> list[str]:
    """A comparison as people read it."""
    size, text = comparison.size, []
    surge = f" and {many(size.surge_nodes, 'surge node')}" if size.surge_nodes else ""
    text.append(f"{many(size.nodes, 'node')}{surge} in {comparison.place}:")
    for row in comparison.rows:
        pods = f" and pods in a /{row.pod_prefix}" if row.pod_prefix is not None else ""
        smallest = f"a /{row.subnet_prefix}" if row.subnet_prefix is not None else "more than any subnet has"
        text += [
            f"{row.model.name}, {row.max_pods} pods per node:",
            f"  needs {many(row.addresses, 'address')} of the network, nodes in {smallest}{pods}",
            f"  {row.place} supports {many(row.nodes, 'node')} and {many(row.pods, 'pod')}; "
            f"limited by {_BOUNDS[row.limited_by]}, at most {row.model.most_nodes:,} nodes",
        ]
        if row.lacks:
            text.append(f"  without {', '.join(FEATURES[need].name for need in row.lacks)}")
        text += [f"  {remark}" for remark in row.remarks]
    return text + advice(comparison)


def advice(comparison: Comparison) -> list[str]:
    """What to take, and why, as people read it."""
    text = []
    for title, chosen in (("by the article's criteria", comparison.article), ("today", comparison.recommended)):
        text.append(f"{title}: {BY_KEY[chosen.model].name}")
        text += [f"  {reason}" for reason in chosen.reasons]
    return text
