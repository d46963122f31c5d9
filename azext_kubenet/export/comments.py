"""The remarks that all formats carry. Nothing that a user named stands in a remark, where nothing could quote it."""

from azext_kubenet.export.contents import Contents

ORIGIN = "A cluster on kubenet with its network, written by az kubenet plan --export."
#: [J1] kubenet-retirement.md
RETIREMENT = "Kubenet retires on 31 March 2028. Its successor is Azure CNI Overlay, and the way there, one way:"
#: [K1] update-azure-cni.md
SUCCESSOR = "az aks update --resource-group GROUP --name CLUSTER --network-plugin azure --network-plugin-mode overlay"
#: [H1, H5] Azure/AKS issues 400 and 1781
ROUTE_TABLE = (
    "AKS puts a route table on the subnet when it makes the cluster. Whoever writes the network again without naming "
    "that table takes it off, and pods on different nodes lose each other (Azure/AKS issues 400 and 1781)."
)
#: [I3, I4] aks-service-permissions.md
OWN_TABLE = (
    "If the subnet has a route table of your own, the identity needs Network Contributor on that table too, "
    "before there is a cluster."
)
#: [E6] upgrade-aks-node-pools-rolling.md
NO_SURGE = (
    "The plan has no surge nodes for the first pool, and AKS upgrades no system pool without: it takes its own "
    "default of 10%, for which the ranges may have no room."
)


def remarks(contents: Contents, key: str, size: str) -> list[str]:
    """Those that hold for this plan, about the cluster. key, size: what a key for SSH and a VM's size are called."""
    found = [f"AKS asks for neither {key} (the nodes then hold no SSH key of yours) nor {size} (AKS then chooses one)."]
    if not contents.place.new_subnet:
        found.append(OWN_TABLE)
    if contents.system_pool_cannot_wait:
        found.append(NO_SURGE)
    return found


def commented(text: str, mark: str, width: int = 110) -> list[str]:
    """A remark as lines of comment."""
    lines, line = [], mark
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = mark
        line += f" {word}"
    return [*lines, line]


def heading(mark: str, *use: str) -> list[str]:
    """The first lines of a file: what it is, until when, and how it is used."""
    return [
        *commented(ORIGIN, mark),
        *(f"{mark}   {line}" for line in use),
        *commented(RETIREMENT, mark),
        f"{mark}   {SUCCESSOR}",
    ]
