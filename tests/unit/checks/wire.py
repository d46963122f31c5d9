"""Azure as a dictionary, and the situation of a creation: the wire is faked, not our own functions."""

import threading
from dataclasses import replace

from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.model import AddressPlan, ClusterSize
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.caller import UNKNOWN
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.checks import CheckContext, ClusterToCreate, Phase, early_reads, run_checks
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.options.choices import USER_ASSIGNED

SUB = "/subscriptions/s"
GROUP = f"{SUB}/resourceGroups/g"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
NAMES = Names("s", "g", "c", "v", "n", "g", "s")
TABLE, NSG, GATEWAY = f"{NETWORK}/routeTables/t", f"{NETWORK}/networkSecurityGroups/sg", f"{NETWORK}/natGateways/gw"
CLUSTERS = f"{SUB}/providers/Microsoft.ContainerService/managedClusters"
PERMISSIONS = "/providers/Microsoft.Authorization/permissions"
ALL = [{"actions": ["*"], "notActions": []}]
READER = [{"actions": ["*/read"], "notActions": []}]
REFUSED = AzureError(403, "AuthorizationFailed", "the client does not have authorization")


#: The quotas of a region with room for all that is tried.
ENOUGH = [
    {"limit": 9000, "currentValue": 0, "unit": "Count", "name": {"value": each, "localizedValue": each}}
    for each in ("cores", "standardDSv5Family")
]
#: A provider that has all that is created in the usual region.
A_PROVIDER = {
    "registrationState": "Registered",
    "resourceTypes": [
        {"resourceType": each, "locations": ["West Europe"]}
        for each in ("managedClusters", "virtualNetworks", "userAssignedIdentities")
    ],
}


class Wire:
    """What a Door answers. answers: path to body, list or AzureError; absent: 404. Permissions are all, unless told."""

    def __init__(self, answers=()):
        self.answers = {path.lower(): body for path, body in dict(answers).items()}
        self.asked = []
        self._lock = threading.Lock()

    def get(self, path, api_version="", **query):
        body = self._answer(path)
        return {"value": body} if isinstance(body, list) and path.endswith(PERMISSIONS) else body

    def list(self, path, api_version="", **query):
        return self._answer(path) or []

    def list_by_post(self, path, api_version=""):
        return self._answer(path) or []

    def _answer(self, path):
        with self._lock:
            self.asked.append(path)
        body = self.answers.get(path.lower(), self._usual(path))
        if isinstance(body, AzureError):
            raise body
        return body

    @staticmethod
    def _usual(path):
        if path.endswith(PERMISSIONS):
            return ALL
        if "/resourceGroups/" not in path and "/managedClusters" not in path:
            return ENOUGH if path.endswith("/usages") else A_PROVIDER
        return None


def plan(nodes=3, **demand):
    """The conventional ranges."""
    return AddressPlan(
        ClusterSize(node_count=nodes, **demand),
        (IPNetwork("192.168.0.0/16"),),
        IPNetwork("192.168.1.0/24"),
        IPNetwork("10.244.0.0/16"),
        IPNetwork("10.0.0.0/16"),
        IPAddress("10.0.0.10"),
        IPNetwork("172.17.0.1/16"),
    )


USUAL = plan()


def subnet(name="n", prefix="192.168.1.0/24", **properties):
    return {
        "name": name,
        "id": f"{NETWORK}/virtualNetworks/v/subnets/{name}",
        "properties": {"addressPrefix": prefix, **properties},
    }


def network(*subnets, location="westeurope"):
    return {
        "name": "v",
        "id": NAMES.vnet_id,
        "location": location,
        "properties": {"addressSpace": {"addressPrefixes": ["192.168.0.0/16"]}, "subnets": list(subnets)},
    }


def situation(vnet=None, group=True, cluster=None, identity=None, names=NAMES, plan=USUAL, caller=UNKNOWN, **more):
    """A creation in a group that exists, in a network if one is given; more: what is asked of the cluster."""
    found = ExistingResources({"location": "westeurope"} if group else None, vnet, identity, cluster)
    to_create = ClusterToCreate(**{"location": "westeurope", "identity_kind": USER_ASSIGNED, **more})
    return CheckContext(Reader(Wire()), names, found, plan, to_create, caller)


def but(context, **changes):
    """The same with other things known, or asked of the cluster."""
    known = {name: changes.pop(name) for name in ("names", "existing", "plan", "caller") if name in changes}
    return replace(context, to_create=replace(context.to_create, **changes), **known)


def nic(number, name="vm"):
    return {"id": f"{NETWORK}/networkInterfaces/{name}{number}/ipConfigurations/one"}


def nsg(*rules):
    return {"name": "sg", "properties": {"securityRules": [rule(*each) for each in rules]}}


def rule(name, priority, direction, access, source="*", target="*", protocol="*", port="*", source_port="*"):
    """A security rule as Azure shows it: a single value, or a list with the single one left empty."""

    def sides(value, one, several):
        return {one: "", several: value} if isinstance(value, list) else {one: value, several: []}

    return {
        "name": name,
        "properties": {
            "priority": priority,
            "direction": direction,
            "access": access,
            "protocol": protocol,
            **sides(source, "sourceAddressPrefix", "sourceAddressPrefixes"),
            **sides(target, "destinationAddressPrefix", "destinationAddressPrefixes"),
            **sides(source_port, "sourcePortRange", "sourcePortRanges"),
            **sides(port, "destinationPortRange", "destinationPortRanges"),
        },
    }


def table(*routes, name="t", subnets=()):
    """Routes are (name, prefix) or (name, prefix, type of next hop)."""
    return {
        "name": name,
        "properties": {
            "subnets": [{"id": each} for each in subnets],
            "routes": [
                {
                    "name": each[0],
                    "properties": {
                        "addressPrefix": each[1],
                        "nextHopType": each[2] if len(each) > 2 else "VirtualAppliance",
                    },
                }
                for each in routes
            ],
        },
    }


def a_cluster(name, subnet_id, plugin="kubenet", group="other", identity=""):
    kind = "Microsoft.ContainerService/managedClusters"
    return {
        "name": name,
        "id": f"{SUB}/resourcegroups/{group}/providers/{kind}/{name}",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}} if identity else None},
        "properties": {
            "nodeResourceGroup": f"MC_{group}_{name}_westeurope",
            "networkProfile": {"networkPlugin": plugin},
            "agentPoolProfiles": [{"name": "nodepool1", "vnetSubnetID": subnet_id}],
        },
    }


def early(wanted, named):
    """The reads that are made before it is known what exists."""
    return early_reads(wanted.names, network_is_named=named, identity_kind=wanted.to_create.identity_kind)


def phase_of(wanted):
    """What is about to happen."""
    return Phase.EXISTING if wanted.existing.cluster else Phase.CREATE


def run(wanted, answers=(), skip=(), named=None):
    """The findings, and the paths that were asked for; with named, after the reads that are foreseen."""
    wire = Wire(answers)
    with Reader(wire) as reader:
        if named is not None:
            reader.prefetch(early(wanted, named))
        findings = run_checks(replace(wanted, reader=reader), phase_of(wanted), skip)
    return findings, wire.asked


def of(findings, severity="error"):
    """Names of the checks that found something of that severity."""
    return [each.rule for each in findings if each.severity.value == severity]
