"""Options of `az aks create` that contradict kubenet: each row fires, and what is harmless does not."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.registry import RULES
from azext_kubenet.aks.contradictions import CONTRADICTIONS, contradictions
from azext_kubenet.options.create_options import AksOptions

#: Options in the table that not every supported azure-cli has, with the release that brought each.
VERSION_DEPENDENT = {"node_provisioning_mode": "2.76.0", "sku": "2.76.0"}

# what is asked for, the options, the rule
CONTRADICTED = (
    ("another plugin", {"network_plugin": "azure"}, "network-plugin-not-kubenet"),
    ("no plugin", {"network_plugin": "none"}, "network-plugin-not-kubenet"),
    ("a plugin mode", {"network_plugin_mode": "overlay"}, "network-plugin-mode"),
    ("Azure's network policy", {"network_policy": "azure"}, "network-policy-azure"),
    ("Azure's network policy in capitals", {"network_policy": "Azure"}, "network-policy-azure"),
    ("Cilium's network policy", {"network_policy": "cilium"}, "network-policy-cilium"),
    ("Cilium's dataplane", {"network_dataplane": "cilium"}, "network-dataplane-cilium"),
    ("a Windows user", {"windows_admin_username": "winner"}, "windows-nodes"),
    ("a Windows password", {"windows_admin_password": "secret"}, "windows-nodes"),
    ("a Windows licence", {"enable_ahub": True}, "windows-nodes"),
    ("Windows accounts", {"enable_windows_gmsa": True}, "windows-nodes"),
    ("Windows nodes", {"os_sku": "Windows2022"}, "windows-nodes"),
    ("virtual nodes", {"enable_addons": "virtual-node"}, "virtual-nodes"),
    ("virtual nodes among others", {"enable_addons": "monitoring,virtual-node"}, "virtual-nodes"),
    ("the subnet of virtual nodes", {"aci_subnet_name": "aci"}, "virtual-nodes"),
    ("node auto-provisioning", {"node_provisioning_mode": "Auto"}, "node-auto-provisioning"),
    ("AKS Automatic", {"sku": "automatic"}, "aks-automatic"),
    ("a network isolated cluster", {"bootstrap_artifact_source": "Cache"}, "network-isolated"),
    ("no way out", {"outbound_type": "none"}, "outbound-type"),
    ("a blocked way out", {"outbound_type": "block"}, "outbound-type"),
    ("a managed NAT gateway", {"outbound_type": "managedNATGateway"}, "outbound-type"),
    ("a managed NAT gateway of the second kind", {"outbound_type": "managedNATGatewayV2"}, "outbound-type"),
    ("a subnet for pods", {"pod_subnet_id": "/subscriptions/s"}, "pod-subnet"),
    ("an allocation of pod addresses", {"pod_ip_allocation_mode": "StaticBlock"}, "pod-subnet"),
    ("two families", {"ip_families": "IPv4,IPv6"}, "dual-stack"),
    ("IPv6 alone", {"ip_families": "ipv6"}, "dual-stack"),
    ("two pod ranges", {"pod_cidrs": "10.244.0.0/16,fd00::/64"}, "dual-stack"),
    ("two service ranges", {"service_cidrs": "10.0.0.0/16,fd00::/108"}, "dual-stack"),
    ("a basic load balancer", {"load_balancer_sku": "Basic"}, "basic-load-balancer"),
)  # fmt: skip

# what is asked for, the options
HARMLESS = (
    ("nothing", {}),
    ("the plugin that is made anyway", {"network_plugin": "kubenet"}),
    ("the plugin in capitals", {"network_plugin": "Kubenet"}),
    ("Calico", {"network_policy": "calico"}),
    ("no network policy", {"network_policy": "none"}),
    ("Azure's dataplane", {"network_dataplane": "azure"}),
    ("Linux", {"os_sku": "Ubuntu"}),
    ("Azure Linux", {"os_sku": "AzureLinux"}),
    ("other addons", {"enable_addons": "monitoring,azure-policy"}),
    ("an addon whose name begins alike", {"enable_addons": "virtual-node-of-another-kind"}),
    ("manual provisioning", {"node_provisioning_mode": "Manual"}),
    ("the base tier", {"sku": "base"}),
    ("images from their source", {"bootstrap_artifact_source": "Direct"}),
    ("a load balancer", {"outbound_type": "loadBalancer"}),
    ("own routes", {"outbound_type": "userDefinedRouting"}),
    ("an own NAT gateway", {"outbound_type": "userAssignedNATGateway"}),
    ("one family", {"ip_families": "IPv4"}),
    ("a standard load balancer", {"load_balancer_sku": "standard"}),
    ("everything absent", {row.name: None for row in CONTRADICTIONS}),
    ("everything empty", {row.name: "" for row in CONTRADICTIONS}),
    ("every flag off", {row.name: False for row in CONTRADICTIONS}),
    ("options that nobody looks at", {"tags": {"azure": "cilium"}, "node_vm_size": "windows"}),
)


@pytest.mark.parametrize(("options", "rule"), [row[1:] for row in CONTRADICTED], ids=[row[0] for row in CONTRADICTED])
def test_what_contradicts_kubenet_is_an_error_with_advice(options: dict[str, Any], rule: str) -> None:
    (finding,) = contradictions(AksOptions(asked=options))
    (name,) = options
    assert (finding.rule, finding.severity) == (rule, Severity.ERROR)
    assert finding.subject == ("--" + name.replace("_", "-"),)
    assert finding.message.startswith(finding.subject[0])
    assert finding.recommendation


@pytest.mark.parametrize("options", [row[1] for row in HARMLESS], ids=[row[0] for row in HARMLESS])
def test_what_is_harmless_is_no_finding(options: dict[str, Any]) -> None:
    assert contradictions(AksOptions(asked=options)) == []


def test_every_row_of_the_table_is_shown_to_fire() -> None:
    shown = {(rule, name) for _, options, rule in CONTRADICTED for name in options}
    assert shown == {(row.rule, row.name) for row in CONTRADICTIONS}


def test_every_row_names_an_option_of_the_installed_az_aks_create() -> None:
    from azure.cli.command_modules.acs.custom import aks_create

    offered = set(inspect.signature(aks_create).parameters)
    assert {row.name for row in CONTRADICTIONS} - offered <= set(VERSION_DEPENDENT)


def test_all_contradictions_come_together() -> None:
    options = {"network_policy": "azure", "enable_addons": "virtual-node", "sku": "automatic"}
    assert {finding.rule for finding in contradictions(AksOptions(asked=options))} == {
        "network-policy-azure", "virtual-nodes", "aks-automatic",
    }  # fmt: skip


def test_a_password_is_never_repeated() -> None:
    (finding,) = contradictions(AksOptions(asked={"windows_admin_password": "Hush-hush-1"}))
    assert "Hush" not in str(finding)


def test_every_row_rests_on_facts() -> None:
    for row in CONTRADICTIONS:
        assert all(fact[0].isupper() and fact[1:].isdigit() for fact in RULES[row.rule].facts.split()), row
        assert row.option == "--" + row.name.replace("_", "-")
