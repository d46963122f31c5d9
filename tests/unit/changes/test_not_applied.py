"""Exit 0 means that everything typed holds, or the user was told: what does not reach an existing cluster is named."""

from __future__ import annotations

import re
from typing import Any

import pytest

from azext_kubenet.addressing.model import MaxSurge
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.not_applied import not_applied
from azext_kubenet.options.create_options import CreateOptions, read_create_options
from azext_kubenet.options.typed import Typed

NAMES = Names("s", "app", "kube", "net", "nodes", "app", "s")
UPDATABLE = frozenset({
    "tags", "tier", "attach_acr", "enable_aad", "enable_azure_rbac", "enable_oidc_issuer", "enable_workload_identity",
    "enable_keda", "load_balancer_managed_outbound_ip_count", "nodepool_labels", "windows_admin_password",
    "enable_private_cluster", "image_cleaner_interval_hours", "enable_image_cleaner", "cluster_autoscaler_profile",
    "workspace_resource_id", "enable_azure_monitor_logs", "nat_gateway_sku", "assign_kubelet_identity", "enable_vpa",
    "k8s_support_plan",
})  # fmt: skip
KUBELET = f"{NAMES.group_id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kubelet"
CLUSTER: dict[str, Any] = {
    "name": "kube",
    "tags": {"a": "b", "c": "d"},
    "sku": {"name": "Base", "tier": "Standard"},
    "properties": {
        "nodeResourceGroup": "MC_app_kube_westeurope",
        "disableLocalAccounts": True,
        "apiServerAccessProfile": {"authorizedIPRanges": ["93.184.216.0/24", "93.184.217.0/24"]},
        "identityProfile": {"kubeletidentity": {"resourceId": KUBELET.upper()}},
        "linuxProfile": {"adminUsername": "azureuser", "ssh": {"publicKeys": [{"keyData": "ssh-rsa AAA me@a\n"}]}},
        "agentPoolProfiles": [
            {"name": "apps", "mode": "User", "upgradeSettings": {"maxSurge": "5"}},
            {
                "name": "nodepool1",
                "mode": "System",
                "upgradeSettings": {"maxSurge": "10%"},
                "enableAutoScaling": True,
                "minCount": 2,
                "maxCount": 5,
                "availabilityZones": ["1", "2"],
                "nodeLabels": {"team": "web"},
                "nodeTaints": ["gpu=yes:NoSchedule"],
            },
        ],
    },
}


def options(**typed: Any) -> CreateOptions:
    given = {"resource_group_name": "app", "name": "kube", **typed}
    lent = [name for name in given if name not in ("max_surge", "pool", "role", "dry_run")]
    return read_create_options(Typed(given), lent, ["enable_msi_auth_for_monitoring"])


def told(surge: MaxSurge | None = None, **typed: Any) -> list[str]:
    found = not_applied(CLUSTER, NAMES, options(**typed), surge, UPDATABLE)
    assert {(each.rule, each.severity.value) for each in found} <= {("not-applied", "warning")}
    return [f"{each.message} -> {each.recommendation}" for each in found]


# what the cluster plainly has, or what is about the run, or compared elsewhere
HELD: tuple[dict[str, Any], ...] = (
    {},
    {"tags": {"a": "b"}},
    {"tags": {"A": "b"}},
    {"tier": "standard"},
    {"disable_local_accounts": True},
    {"api_server_authorized_ip_ranges": "93.184.217.0/24,93.184.216.0/24"},
    {"assign_kubelet_identity": KUBELET},
    {"generate_ssh_keys": True},
    {"ssh_key_value": "ssh-rsa AAA me@b"},
    {"enable_cluster_autoscaler": True, "min_count": 2, "max_count": 5},
    {"zones": ["2", "1"]},
    {"nodepool_labels": {"team": "web"}},
    {"nodepool_taints": "gpu=yes:NoSchedule"},
    {"max_count": 9},
    {"no_wait": True, "yes": True, "skip_subnet_role_assignment": True},
    {"node_count": 3, "max_pods": 110, "node_vm_size": "Standard_D2s_v5", "network_policy": "calico"},
    {"enable_msi_auth_for_monitoring": True},
    {"role": "Owner", "dry_run": True},
    {"pool": [["nodepool1:3"]]},
)


@pytest.mark.parametrize("typed", HELD, ids=[",".join(row) or "nothing" for row in HELD])
def test_nothing_is_said_of_what_holds(typed: dict[str, Any]) -> None:
    assert told(**typed) == []


# what was typed; the option, what the cluster has, what is printed to run
DIFFERING: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    ({"tier": "premium"}, ("--tier premium", "has Standard", "az aks update -g app -n kube --tier premium")),
    ({"tags": {"a": "B"}}, ("--tags a=B", "az tag update")),
    ({"tags": {"a": "x y"}}, ("--tags a=x y", "az tag update --operation merge", "--tags 'a=x y'")),
    ({"enable_private_cluster": True}, ("--enable-private-cluster is not applied", "does not have it", "-n NAME")),
    ({"enable_cluster_autoscaler": True, "min_count": 2, "max_count": 9},
     ("--max-count 9", "has 5", "az aks nodepool update -g app --cluster-name kube -n nodepool1 "
      "--update-cluster-autoscaler --min-count 2 --max-count 9")),
    ({"ssh_key_value": "ssh-rsa BBB"}, ("--ssh-key-value is not applied", "has another")),
    ({"no_ssh_key": True}, ("--no-ssh-key is not applied", "has one")),
    ({"nodepool_name": "apps2"}, ("--nodepool-name apps2", "has nodepool1")),
    ({"pool": [["apps2:3"]]}, ("--nodepool-name apps2", "has nodepool1")),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "words"), DIFFERING)
def test_what_the_cluster_has_otherwise_is_told(typed: dict[str, Any], words: tuple[str, ...]) -> None:
    (line,) = told(**typed)
    assert not [word for word in words if word not in line], line


def test_the_surge_is_that_of_the_first_pool_whatever_place_it_is_in() -> None:
    assert told(MaxSurge(10, True), max_surge="10%") == []
    (line,) = told(MaxSurge(1, False), max_surge="1")
    assert "az aks nodepool update -g app --cluster-name kube -n nodepool1 --max-surge 1" in line


def test_all_that_nobody_compares_is_named_in_one_line_without_values() -> None:
    (line,) = told(attach_acr="x", enable_addons="monitoring", windows_admin_password="Secret1")
    assert (
        "--attach-acr, --enable-addons and --windows-admin-password are not applied, and not compared with it" in line
    )
    assert "az aks update -g app -n kube --attach-acr x" in line
    assert "az aks enable-addons -g app -n kube --addons monitoring" in line
    assert "--windows-admin-password is set at creation only" in line
    assert "az aks show -g app -n kube" in line
    assert "Secret1" not in line


POOL = "az aks nodepool update -g app --cluster-name kube -n nodepool1"
UPDATE = "az aks update -g app -n kube"
# what was typed; the one command that applies it, "" for none
APPLIED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"enable_keda": True}, f"{UPDATE} --enable-keda"),
    ({"enable_azure_rbac": True}, f"{UPDATE} --enable-aad --enable-azure-rbac"),
    ({"enable_workload_identity": True}, f"{UPDATE} --enable-oidc-issuer --enable-workload-identity"),
    ({"image_cleaner_interval_hours": 48}, f"{UPDATE} --enable-image-cleaner --image-cleaner-interval-hours 48"),
    ({"load_balancer_managed_outbound_ip_count": 2}, f"{UPDATE} --load-balancer-managed-outbound-ip-count 2"),
    ({"nat_gateway_sku": "StandardV2"}, f"{UPDATE} --outbound-type-sku StandardV2"),
    ({"k8s_support_plan": "AKSLongTermSupport", "tier": "premium"},
     f"{UPDATE} --tier premium --k8s-support-plan AKSLongTermSupport"),
    ({"cluster_autoscaler_profile": {"expander": "random", "scan-interval": "30s"}},
     f"{UPDATE} --cluster-autoscaler-profile expander=random scan-interval=30s"),
    ({"nodepool_labels": {"tier": "a b"}}, f"{POOL} --labels team=web 'tier=a b'"),
    ({"nodepool_labels": {"team": "db"}}, f"{POOL} --labels team=db"),
    ({"nodepool_taints": "a=b:NoSchedule"}, f"{POOL} --node-taints gpu=yes:NoSchedule,a=b:NoSchedule"),
    ({"assign_kubelet_identity": "/x"}, f"{UPDATE} --enable-managed-identity --assign-identity "
     f"{NAMES.new_identity_id} --assign-kubelet-identity /x"),
    ({"workspace_resource_id": "/w"}, ""),
    ({"enable_addons": "monitoring", "workspace_resource_id": "/w"},
     "az aks enable-addons -g app -n kube --addons monitoring --workspace-resource-id /w"),
    ({"enable_azure_service_mesh": True, "revision": "asm-1-27"},
     "az aks mesh enable -g app -n kube --revision asm-1-27"),
    ({"enable_private_cluster": True}, ""),
    ({"zones": ["3"]}, ""),
    ({"disable_rbac": True}, ""),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "command"), APPLIED, ids=[" ".join(row[0]) for row in APPLIED])
def test_each_option_has_the_command_that_applies_it_or_is_one_of_a_creation_alone(
    typed: dict[str, Any], command: str
) -> None:
    lines = told(**typed)
    printed = {found for line in lines for found in re.findall(r"to apply it: (az .*?)(?=, or |$)", line)}
    assert printed == ({command} if command else set())
    assert all("set at creation only" in line for line in lines) is not bool(command)


def test_a_cluster_that_has_what_an_option_goes_with_is_not_asked_for_it_again() -> None:
    properties = {**CLUSTER["properties"], "aadProfile": {"managed": True}, "oidcIssuerProfile": {"enabled": True}}
    typed = options(enable_azure_rbac=True, enable_workload_identity=True)
    found = not_applied({**CLUSTER, "properties": properties}, NAMES, typed, None, UPDATABLE)
    assert [each.recommendation for each in found] == [
        f"to apply it: {UPDATE} --enable-azure-rbac", f"to apply it: {UPDATE} --enable-workload-identity"
    ]  # fmt: skip
