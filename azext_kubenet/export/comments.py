"""What an export says of its network plugin: what it is, what comes after it, and why its network is written once.

No comment holds a name that a user chose, because nothing could quote it.
"""

from dataclasses import dataclass
from textwrap import wrap

from azext_kubenet.addressing.network_plugins import NetworkPlugin

#: Columns of a comment.
_WIDTH = 110

#: [J1] kubenet-retirement.md
_RETIREMENT = (
    "Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay. What is in the way of a move, which cannot "
    "be undone, is shown by:"
)
#: Not the bare az aks update: it looks at nothing before a move that cannot be taken back.
_SUCCESSOR = "az kubenet migrate --resource-group GROUP --name CLUSTER --dry-run"
#: [H1, H5] Azure/AKS issues 400 and 1781
_ROUTE_TABLE = (
    "AKS attaches a route table to the subnet when it creates the cluster. Deploying the network again without that "
    "route table detaches it, and pods on different nodes can no longer connect (Azure/AKS issues 400 and 1781)."
)
#: AKS attaches nothing to the subnet of a cluster without routes, but others do.
_BY_OTHERS = (
    "Others may attach a route table, a NAT gateway or a security group to the subnet later. Deploying the network "
    "again without it detaches it."
)


@dataclass(frozen=True)
class Comments:
    """The sentences of an export that differ between network plugins.

    origin: what the file is, and what wrote it
    retirement: until when there is the plugin and what comes then, "" for one that does not retire
    successor: the command of the sentence above, "" without one
    attached: what may be attached to the subnet, and what deploying the network again does to it
    first_deployment: when a network is deployed that could not be left alone
    """

    origin: str
    retirement: str
    successor: str
    attached: str
    first_deployment: str


def comments_on(plugin: NetworkPlugin) -> Comments:
    """Return what an export for a network plugin says of it."""
    routed = plugin.max_routes is not None
    only_first = "Only for the first deployment"
    return Comments(
        origin=f"A cluster on {plugin.words} with its network, written by az kubenet plan --export.",
        retirement=_RETIREMENT if plugin.retires else "",
        successor=_SUCCESSOR if plugin.retires else "",
        attached=_ROUTE_TABLE if routed else _BY_OTHERS,
        first_deployment=f"{only_first}: later ones would detach the route table." if routed else f"{only_first}.",
    )


def annotated(mark: str, remarks: list[str], block: str) -> str:
    """Return a block of code below remarks. mark: what begins a comment."""
    return "\n".join([*_lines(mark, remarks), block])


def heading(mark: str, use: str, comments: Comments) -> str:
    """Return the first lines of a file: what it is, the command that uses it, and what follows a plugin that retires.

    mark: what begins a comment
    """
    lines = [*_lines(mark, [comments.origin]), f"{mark}   {use}"]
    if comments.retirement:
        lines += [*_lines(mark, [comments.retirement]), f"{mark}   {comments.successor}"]
    return "\n".join(lines)


def _lines(mark: str, remarks: list[str]) -> list[str]:
    """Return remarks as the lines of comments."""
    start = f"{mark} "
    lines = (wrap(remark, _WIDTH, initial_indent=start, subsequent_indent=start, break_long_words=False,
                  break_on_hyphens=False) for remark in remarks)  # fmt: skip
    return [line for each in lines for line in each]
