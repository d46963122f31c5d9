"""What `az aks create` is asked for: what was typed, and what plan, steps and identity decide."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from azure.cli.core.azclierror import AzCLIError
from netaddr import IPAddress, IPNetwork

from azext_kubenet.addressing.model import AddressPlan, ClusterSize, MaxSurge, Pool
from azext_kubenet.aks.cluster import ClusterMaker, ClusterSpec
from azext_kubenet.azure.resources import Names
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.create_options import AksOptions
from azext_kubenet.options.identity import Identity

NAMES = Names("s", "rg", "kube", "net", "nodes", "rg", "s")
SURGE = MaxSurge(10, True)
POOLS = (Pool("sys", 2, 4, SURGE), Pool("user", 5, 9, SURGE))


def spec(kind: str = USER_ASSIGNED, pools: tuple[Pool, ...] = (), **values: object) -> ClusterSpec:
    plan = AddressPlan(
        ClusterSize(7 if pools else 3, 13 if pools else 8, 60, pools=pools),
        (IPNetwork("10.1.0.0/16"),),
        IPNetwork("10.1.2.0/24"),
        IPNetwork("10.244.0.0/16"),
        IPNetwork("10.0.0.0/16"),
        IPAddress("10.0.0.10"),
        IPNetwork("172.18.0.1/16"),
    )
    identity = Identity(kind, app_id="app", secret="typed secret")
    return ClusterSpec(NAMES, "westeurope", plan, identity, AksOptions(values))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("network_plugin", "kubenet"),
        ("pod_cidr", "10.244.0.0/16"),
        ("service_cidr", "10.0.0.0/16"),
        ("dns_service_ip", "10.0.0.10"),
        ("docker_bridge_address", None),
        ("vnet_subnet_id", NAMES.subnet_id),
        ("node_count", 3),
        ("max_pods", 60),
        ("skip_subnet_role_assignment", True),
        ("assign_identity", NAMES.new_identity_id),
    ],
)
def test_the_plan_decides_whatever_was_typed(option: str, value: object) -> None:
    assert spec(**{option: "typed"}).options({})[option] == value


def test_what_the_plan_does_not_decide_is_passed_on_unread() -> None:
    assert spec(node_vm_size="Standard_D2s_v3", tags={"a": "b"}).options({}).items() >= {
        "node_vm_size": "Standard_D2s_v3", "tags": {"a": "b"},
    }.items()  # fmt: skip


@pytest.mark.parametrize(
    ("pools", "scales", "most"),
    [((), True, 8), ((), False, None), (POOLS, True, 4), (POOLS, False, None)],
)
def test_the_most_nodes_are_sent_for_a_first_pool_that_scales(
    pools: tuple[Pool, ...], scales: bool, most: int | None
) -> None:
    assert spec(pools=pools, enable_cluster_autoscaler=scales).options({})["max_count"] == most


def test_the_first_pool_is_the_clusters() -> None:
    options = spec(pools=POOLS).options({})
    assert (options["nodepool_name"], options["node_count"]) == ("sys", 2)


def test_a_new_password_goes_before_the_typed_one() -> None:
    made = {"appId": "made", "secret": "made secret"}
    options = spec(SERVICE_PRINCIPAL).options(made)
    assert (options["service_principal"], options["client_secret"]) == ("made", "made secret")
    assert spec(SERVICE_PRINCIPAL).options({"appId": "there"})["client_secret"] == "typed secret"


def test_a_system_assigned_identity_is_named_nowhere() -> None:
    assert spec(SYSTEM_ASSIGNED).options({})["assign_identity"] is None


class Borrowed:
    """`az aks create`'s code, of which a rehearsal ends with an error."""

    graph = "https://graph.example"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(self, sender: object, options: dict[str, object]) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("error", "stops"),
    [
        (UnboundLocalError("local variable 'location' referenced before assignment"), False),  # in an unknown cloud
        (AttributeError("no such endpoint"), False),
        (KeyError("AzureStackCloud"), False),
        (AzCLIError("the options do not go together"), True),
    ],
)
def test_a_fault_of_borrowed_code_is_no_finding_on_the_options(error: Exception, stops: bool) -> None:
    nothing = ExistingResources(None, None, None, None)
    maker = ClusterMaker(Borrowed(error), None, spec(), nothing, print)  # type: ignore[arg-type]
    with pytest.raises(AzCLIError) if stops else nullcontext():
        maker.validate_only()
