"""Every option of `az aks create` that a user types reaches `az aks create`'s own code, and the cluster.

The same words are given to `az aks create` and to `az kubenet create`, each a real process in which aks_create itself
writes down what it is called with.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azext_kubenet.aks.contradictions import CONTRADICTIONS
from tests.cli.conftest import Cloud
from tests.contract.side_by_side import load
from tests.loopback.callers.client import SUB
from tests.loopback.seeds import bodies

#: What the plan and the steps decide, and what is ours: not passed on as it was typed, or shown elsewhere.
DECIDED = {
    "resource_group_name", "name", "location", "network_plugin", "pod_cidr", "service_cidr", "dns_service_ip",
    "docker_bridge_address", "vnet_subnet_id", "skip_subnet_role_assignment", "enable_managed_identity",
    "assign_identity", "service_principal", "client_secret", "no_wait",
}  # fmt: skip
#: Options that cannot be typed together with the others.
LEFT_OUT = {
    "generate_ssh_keys": "writes a key pair",
    "ssh_key_value": "does not go with --no-ssh-key",
    "outbound_type": "asks for things in Azure; shown in a run of its own",
    "enable_msi_auth_for_monitoring": "does not go with --enable-azure-monitor-logs",
    "vm_sizes": "does not go with --node-vm-size",
    **dict.fromkeys(
        (
            "nat_gateway_managed_outbound_ipv6_count",
            "nat_gateway_outbound_ip_ids",
            "nat_gateway_outbound_ip_prefix_ids",
        ),
        "goes with a managed NAT gateway, which kubenet cannot have",
    ),
    "nat_gateway_sku": "goes with a managed NAT gateway, which kubenet cannot have",
}
_ID = f"{SUB}/resourceGroups/g/providers/"
#: Values of options that do not take just any text.
VALUES = {
    "kubernetes_version": "1.33.1",
    "load_balancer_outbound_ips": f"{_ID}Microsoft.Network/publicIPAddresses/one",
    "load_balancer_outbound_ip_prefixes": f"{_ID}Microsoft.Network/publicIPPrefixes/one",
    "network_policy": "calico",
    "load_balancer_sku": "standard",
    "api_server_authorized_ip_ranges": "20.1.2.0/24",
    "azure_keyvault_kms_key_id": "https://vault.vault.azure.net/keys/key/1",
    "azure_keyvault_kms_key_vault_resource_id": f"{_ID}Microsoft.KeyVault/vaults/vault",
    "bootstrap_container_registry_resource_id": f"{_ID}Microsoft.ContainerRegistry/registries/acr",
    "ampls_resource_id": f"{_ID}microsoft.insights/privateLinkScopes/scope",
    "azure_monitor_workspace_resource_id": f"{_ID}microsoft.monitor/accounts/account",
    "grafana_resource_id": f"{_ID}Microsoft.Dashboard/grafana/grafana",
    "snapshot_id": f"{_ID}Microsoft.ContainerService/snapshots/snap",
    "ppg": f"{_ID}Microsoft.Compute/proximityPlacementGroups/ppg",
    "host_group_id": f"{_ID}Microsoft.Compute/hostGroups/hosts",
    "crg_id": f"{_ID}Microsoft.Compute/capacityReservationGroups/crg",
    "nodepool_asg_ids": f"{_ID}Microsoft.Network/applicationSecurityGroups/asg",
    "assign_kubelet_identity": f"{_ID}Microsoft.ManagedIdentity/userAssignedIdentities/kubelet",
    "apiserver_subnet_id": f"{_ID}Microsoft.Network/virtualNetworks/n/subnets/api",
    "system_node_subnet_id": f"{_ID}Microsoft.Network/virtualNetworks/n/subnets/system",
    "node_subnet_id": f"{_ID}Microsoft.Network/virtualNetworks/n/subnets/nodes",
    "nodepool_name": "pool9",
    "node_vm_size": "Standard_D4s_v5",
    "nodepool_taints": "key=value:NoSchedule",
    "nodepool_allowed_host_ports": "80/TCP 443/TCP",
    "vm_set_type": "VirtualMachineScaleSets",
    "zones": "1 3",
    "node_count": 4,
    "min_count": 2,
    "max_count": 9,
    "max_pods": 60,
    "revision": "asm-1-27",
    "opentelemetry_metrics_port_http": 2001,
    "opentelemetry_metrics_port_grpc": 2002,
    "opentelemetry_logs_traces_port_http": 2003,
    "opentelemetry_logs_traces_port_grpc": 2004,
    "enable_azure_container_storage": "azureDisk",
    "enable_addons": "azure-policy",
}
#: Runs when Python starts: has aks_create write down what it is called with, and stop there.
SPY = """
import functools
import json
import os
import sys

if "create" in sys.orig_argv and "azure.cli" in sys.orig_argv:
    from azure.cli.command_modules.acs import custom

    @functools.wraps(custom.aks_create)
    def aks_create(cmd, client, *arguments, **options):
        from knack.util import CLIError

        if type(client).__name__ == "ValidationClient":  # a look ahead, which has found nothing
            return client.begin_create_or_update()
        with open(os.environ["SPIED"], "w", encoding="utf-8") as target:
            json.dump([list(arguments), options], target)
        raise CLIError("written down")

    custom.aks_create = aks_create
"""


def typeable() -> dict[str, list[str]]:
    """Words for every option of the installed `az aks create` that can be typed beside all others, by option.

    Of two opposites the one that enables.
    """
    commands = load("aks create")
    known, words = commands.settings("aks create"), {}
    for name, action in commands.actions("aks create").items():
        opposite = name.replace("disable_", "enable_", 1)
        if name in known and not {name} & (DECIDED | set(LEFT_OUT)) and (opposite == name or opposite not in known):
            value = _value(name, action)
            if value is not None:
                words[name] = [action.option_strings[-1], *value]
    return words


def _value(name: str, action: Any) -> list[str] | None:
    """A value unlike the default; None where every one would contradict kubenet."""
    contradicts = [row.contradicts for row in CONTRADICTIONS if row.name == name]
    if action.nargs == 0:
        return None if any(test(True) for test in contradicts) else []
    fitting = [value for value in _values(name, action) if not any(test(value) for test in contradicts)]
    return fitting[0].split() if fitting else None


def _values(name: str, action: Any) -> list[str]:
    if name in VALUES:
        return [str(VALUES[name])]
    if action.choices:
        return sorted((str(each) for each in action.choices if str(each) != str(action.default)), reverse=True)
    if action.type is int:
        return ["8"]
    return ["a=b"] if action.nargs in ("*", "+") else [f"of-{name.replace('_', '-')}"]


@pytest.fixture
def spied(cold_cloud: Cloud, tmp_path: Path) -> Any:
    """Runs `az` with words; what aks_create was then called with, by parameter."""
    (tmp_path / "sitecustomize.py").write_text(SPY)
    target = tmp_path / "spied.json"

    def run(*words: str) -> dict[str, Any]:
        target.unlink(missing_ok=True)
        env = {**cold_cloud.env, "PYTHONPATH": str(tmp_path), "SPIED": str(target)}
        ran = cold_cloud.az(*words, env=env)
        assert target.exists(), ran.err
        arguments, options = json.loads(target.read_text(encoding="utf-8"))
        assert arguments == []
        return options

    return run


def test_all_that_can_be_typed_reaches_aks_create_as_az_aks_create_itself_passes_it(cloud: Cloud, spied: Any) -> None:
    words = typeable()
    assert len(words) > 110
    kubelet = str(VALUES["assign_kubelet_identity"])
    cloud.arm.put(kubelet.partition("/providers/")[0], bodies.group())
    cloud.arm.put(kubelet, {"location": "westeurope"})
    typed = [word for each in words.values() for word in each]
    theirs = spied("aks", "create", "-g", "rg", "-n", "c", *typed)
    bridge = ["--docker-bridge-address", "172.18.0.1/16"]
    ours = spied("kubenet", "create", "-g", "rg", "-n", "c", "--location", "westeurope", *bridge, *typed)
    assert cloud.made("virtualNetworks") == ["c-vnet"]  # it is the cluster that is being made, not a look ahead
    assert ours.pop("docker_bridge_address", None) is None
    assert set(theirs) - set(ours) == {"docker_bridge_address"}
    assert set(ours) <= set(theirs)
    compared = set(ours) - DECIDED
    assert {name: (theirs[name], ours[name]) for name in compared if theirs[name] != ours[name]} == {}
    defaults = spied("aks", "create", "-g", "rg", "-n", "c", "--no-ssh-key")
    assert [name for name in words if theirs[name] == defaults[name] and name != "no_ssh_key"] == []


def test_a_dozen_options_reach_azure_in_the_body_of_the_cluster(cloud: Cloud) -> None:
    ran = cloud(
        "kubenet create -g rg -n c --location westeurope --no-ssh-key --tags team=net cost=low "
        "--node-vm-size Standard_D4s_v5 --zones 1 3 --nodepool-labels tier=front --nodepool-name pool9 "
        "--nodepool-taints key=value:NoSchedule --nodepool-tags pool=yes "
        "--enable-cluster-autoscaler --min-count 2 --max-count 9 --node-count 4 --max-pods 60 "
        "--kubernetes-version 1.33.1 --network-policy calico --tier standard --node-osdisk-size 64 "
        "--enable-oidc-issuer --dns-name-prefix prefix --node-resource-group nodes "
        "--docker-bridge-address 172.18.0.1/16"
    )
    assert ran.code == 0, ran.err
    body = cloud.sent("managedClusters")
    properties, pool = body["properties"], body["properties"]["agentPoolProfiles"][0]
    assert body["tags"] == {"team": "net", "cost": "low"}
    assert body["sku"]["tier"].lower() == "standard"
    assert {key: properties[key] for key in ("kubernetesVersion", "dnsPrefix", "nodeResourceGroup")} == {
        "kubernetesVersion": "1.33.1",
        "dnsPrefix": "prefix",
        "nodeResourceGroup": "nodes",
    }
    assert properties["oidcIssuerProfile"] == {"enabled": True}
    expected_pool = {
        "name": "pool9", "vmSize": "Standard_D4s_v5", "availabilityZones": ["1", "3"], "count": 4, "minCount": 2,
        "maxCount": 9, "enableAutoScaling": True, "maxPods": 60, "osDiskSizeGB": 64, "nodeLabels": {"tier": "front"},
        "nodeTaints": ["key=value:NoSchedule"], "tags": {"pool": "yes"},
        "vnetSubnetID": f"{SUB}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/c-vnet/subnets/c-subnet",
    }  # fmt: skip
    assert {key: pool.get(key) for key in expected_pool} == expected_pool
    network = {
        "networkPlugin": "kubenet", "networkPolicy": "calico", "podCidr": "10.244.0.0/16",
        "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10",
    }  # fmt: skip
    assert {key: properties["networkProfile"].get(key) for key in network} == network
    sent = json.dumps([entry.body for entry in cloud.arm.ledger])
    assert "172.18.0" not in sent
    assert "dockerbridge" not in sent.lower()


def test_an_outbound_type_reaches_azure(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/rg", bodies.group())
    table = cloud.seed(
        "resourceGroups/rg/providers/Microsoft.Network/routeTables/mine", {"location": "westeurope", "properties": {}}
    )
    network = cloud.seed(
        "resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub", bodies.network("10.50.0.0/16")
    )
    route = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.50.200.4"}
    cloud.arm.put(f"{table}/routes/out", {"properties": route})
    cloud.arm.put(f"{network}/subnets/nodes", bodies.subnet("10.50.3.0/24", routeTable={"id": table}))
    identity = cloud.seed(
        "resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine", {"location": "westeurope"}
    )
    principal = cloud.arm.state[identity]["properties"]["principalId"]
    cloud.arm.cloud.roles.grant(principal, "Network Contributor", f"{SUB}/resourceGroups/rg")
    ran = cloud(
        "kubenet create -g rg -n c --no-ssh-key --vnet-name hub --subnet-name nodes "
        f"--assign-identity {identity} --outbound-type userDefinedRouting"
    )
    assert ran.code == 0, ran.err
    assert cloud.sent("managedClusters")["properties"]["networkProfile"]["outboundType"] == "userDefinedRouting"
