"""What is in the way of a move, and what it changes: found where it is, alone and in pairs, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import combinations
from typing import Any, NamedTuple

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Finding
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.checks.moving import MOVING_CHECKS, Readiness, identity_of_move, look_at_move
from azext_kubenet.checks.moving.move_plan import MovePlan
from azext_kubenet.discovery.inside_cluster import Budget, CalicoObject, DaemonSet, InsideCluster, InsideNode, IpMasq
from azext_kubenet.discovery.inside_cluster import Policy as NetworkPolicy
from azext_kubenet.discovery.inspection import NotInspected
from tests.unit.checks.running.world import (
    ASSIGNMENTS,
    CLUSTER,
    NETWORK,
    NODES,
    SUBSCRIPTION,
    TABLE,
    Pool,
    World,
    assignment,
    route,
)

TABLES = f"{SUBSCRIPTION}/providers/Microsoft.Network/routeTables"
CLUSTERS = f"{SUBSCRIPTION}/providers/Microsoft.ContainerService/managedClusters"
DATA = f"{NETWORK}/subnets/data"
OTHER = f"{SUBSCRIPTION}/resourceGroups/o/providers/Microsoft.Network/routeTables/hub"
IDENTITY = f"{NODES}/i"
NEW = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/new"
MAY_ALL = [{"actions": ["*"], "notActions": []}]
WINDOWS = f"{CLUSTER}/maintenanceConfigurations"
REFUSED = AzureError(403, "AuthorizationFailed", "no")


class Made(NamedTuple):
    """A cluster, what is seen inside of it, and what it is to become."""

    world: World
    inside: dict[str, Any]
    plan: dict[str, Any]


def permissions(scope: str) -> str:
    return f"{scope}/providers/Microsoft.Authorization/permissions"


def made() -> Made:
    """A cluster that is ready to move, and was looked into."""
    world = World([Pool("a", 3, mode="System")])
    world.changed[CLUSTERS] = []
    for scope in (CLUSTER, world.subnet_id(0), IDENTITY):
        world.changed[permissions(scope)] = MAY_ALL
    return Made(world, {}, {})


def nodes(world: World) -> tuple[InsideNode, ...]:
    from azext_kubenet.discovery.inside_cluster import Condition

    return tuple(
        InsideNode(name, IPNetwork(f"10.240.{at}.0/24"), address, 10**6, (Condition("Ready", "True"),))
        for at, (_, name, address, _) in enumerate(world.nodes())
    )


def look(found: Made, **plan: Any) -> Readiness:
    seen = {key: value for key, value in found.inside.items() if key not in ("whole", "none")}
    inside = found.inside.get("whole") or InsideCluster(nodes=nodes(found.world), **seen)
    inside = None if found.inside.get("none") else inside
    wanted = MovePlan(**{"pods": IPNetwork("10.240.0.0/16"), **found.plan, **plan})
    return look_at_move(found.world.context(inside=inside), wanted)


def table_with(world: World, **more: Any) -> None:
    body = world.changed.get(TABLE) or world.table()
    body["properties"] = {**body["properties"], **more}
    world.changed[TABLE] = body


def shared_subnet(found: Made) -> None:
    body = found.world.changed.get(TABLE) or found.world.table()
    table_with(found.world, subnets=[*body["properties"]["subnets"], {"id": DATA}])
    network = found.world.changed.get(NETWORK) or found.world.network()
    network["properties"]["subnets"].append(
        {"id": DATA, "name": "data", "properties": {"addressPrefix": "10.100.9.0/24"}}
    )
    found.world.changed[NETWORK] = network


def routed_by_hand(found: Made) -> None:
    body = found.world.changed.get(TABLE) or found.world.table()
    table_with(found.world, routes=[*body["properties"]["routes"], route("office", "172.16.0.0/24", "10.8.8.8")])


def reached(found: Made) -> None:
    _, _, address, _ = found.world.nodes()[0]
    routes = [route("to-pods", "10.240.0.0/24", address), route("n____1024000024", "10.240.0.0/24", address)]
    found.world.changed[TABLES] = [{"id": OTHER, "properties": {"routes": routes, "subnets": [{"id": DATA}]}}]


def pool(key: str, value: Any) -> Callable[[Made], None]:
    def change(found: Made) -> None:
        body = found.world.cluster()
        pools = found.world.cluster_changed.get("agentPoolProfiles") or body["properties"]["agentPoolProfiles"]
        found.world.cluster_changed["agentPoolProfiles"] = [{**each, key: value} for each in pools]

    return change


def profile(**more: Any) -> Callable[[Made], None]:
    return lambda found: found.world.profile_changed.update(more)


def properties(**more: Any) -> Callable[[Made], None]:
    return lambda found: found.world.cluster_changed.update(more)


def inside(**more: Any) -> Callable[[Made], None]:
    return lambda found: found.inside.update(more)


def lacking(found: Made) -> None:
    found.world.changed[permissions(CLUSTER)] = [{"actions": ["*/read"], "notActions": []}]


def joins_alone(found: Made) -> None:
    role = "joiner"
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments"
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    actions = [
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        "Microsoft.Network/virtualNetworks/subnets/read",
    ]
    found.world.changed[path] = [assignment(NETWORK, role)]
    found.world.changed[definition] = {"properties": {"permissions": [{"actions": actions}]}}


def grouped(found: Made) -> None:
    network = found.world.changed.get(NETWORK) or found.world.network()
    group = f"{SUBSCRIPTION}/resourceGroups/sec/providers/Microsoft.Network/networkSecurityGroups/web"
    network["properties"]["subnets"][0]["properties"]["networkSecurityGroup"] = {"id": group}
    found.world.changed[NETWORK] = network
    found.world.changed[group] = {"id": group, "properties": {"securityRules": []}}


def version(text: str) -> Callable[[Made], None]:
    def change(found: Made) -> None:
        found.world.version = text

    return change


def identity(kind: str) -> Callable[[Made], None]:
    def change(found: Made) -> None:
        found.world.identity = {"type": kind, "principalId": "p"}

    return change


def locked(found: Made, scope: str = NODES, level: str = "CanNotDelete") -> None:
    lock = {"id": f"{scope}/providers/Microsoft.Authorization/locks/l", "name": "l", "properties": {"level": level}}
    found.world.changed[f"{SUBSCRIPTION}/providers/Microsoft.Authorization/locks"] = [lock]


def locked_subnet(found: Made) -> None:
    locked(found, found.world.subnet_id(0), "ReadOnly")


def stranger(found: Made) -> None:
    """Nodes of a cluster that is in no list are in the subnet of the cluster's nodes."""
    network = found.world.changed.get(NETWORK) or found.world.network()
    group = f"{SUBSCRIPTION}/resourceGroups/MC_other/providers/Microsoft.Compute/virtualMachineScaleSets"
    node = f"{group}/aks-x-1-vmss/virtualMachines/0/networkInterfaces/n/ipConfigurations/i"
    network["properties"]["subnets"][0]["properties"].setdefault("ipConfigurations", []).append({"id": node})
    found.world.changed[NETWORK] = network


def young(found: Made) -> None:
    found.world.version = "1.29.4"
    found.world.profile_changed["networkPolicy"] = "calico"


ENGINE = {"network-policy": "warning", "policy-gap": "error"}
# what is wrong, how it is put there, the rules with their severities, words
ROWS: tuple[tuple[str, Callable[[Made], None], dict[str, str], tuple[str, ...]], ...] = (
    ("Kubernetes is too old", version("1.26.6"), {"version-for-overlay": "error"},
     ("az aks upgrade -g g -n c -k 1.27",)),
    ("an engine is set that cannot be taken off yet", young, {**ENGINE, "version-without-engine": "error"},
     ("az aks upgrade -g g -n c -k 1.30", "1.30 on, as users report")),
    ("a policy engine is set", profile(networkPolicy="calico"), ENGINE,
     ("--network-policy none", "use --then cilium")),
    ("it runs as the identity that Azure gave it", identity("SystemAssigned"), {"identity-for-overlay": "error"},
     ("az identity create -g g -n c-identity", "--assign-identity")),
    ("its identity may only join the subnet", joins_alone, {"detach-rights": "error"},
     ("Microsoft.Network/virtualNetworks/subnets/write", "az role assignment create")),
    ("its identity may not join the subnet's security group", grouped, {"detach-rights": "warning"},
     ("networkSecurityGroups/join/action on network security group web", "az role assignment create")),
    ("another subnet has the table", shared_subnet, {"route-table-elsewhere": "error"},
     (f"az network vnet subnet update --ids {DATA} --route-table null",)),
    ("somebody has routes of his own in AKS's table", routed_by_hand, {"routes-lost": "warning"},
     ("office (172.16.0.0/24)", "az network route-table route create", "--next-hop-ip-address 10.8.8.8")),
    ("a route of another table leads to pods", reached, {"pods-reached-by-routes": "warning"},
     ("route table hub, on data, leads to pods by 1 route: to-pods",
      "route delete --subscription s -g o --route-table-name hub -n to-pods")),
    ("a pool is an availability set", pool("type", "AvailabilitySet"), {"availability-set": "error"},
     ("az aks update -g g -n c --migrate-vmas-to-vms",)),
    ("a pool runs Windows", pool("osType", "Windows"), {"windows-pools": "error"}, ("az aks nodepool delete",)),
    ("a pool has a subnet of pods", pool("podSubnetID", DATA), {"pod-subnet-for-overlay": "error"}, ("subnet data",)),
    ("it is dual-stack", profile(ipFamilies=["IPv4", "IPv6"]), {"dual-stack-for-overlay": "warning"}, ("IPv6",)),
    ("an application gateway is there", properties(addonProfiles={"ingressApplicationGateway": {"enabled": True}}),
     {"app-gateway": "warning"}, ("copy of the cluster",)),
    ("AKS upgrades it by itself", properties(autoUpgradeProfile={"upgradeChannel": "stable"}),
     {"upgrade-scheduled": "warning"}, ("--auto-upgrade-channel none", "--auto-upgrade-channel stable")),
    ("the caller may not write it", lacking, {"caller-may-move": "error"},
     ("Microsoft.ContainerService/managedClusters/write", "az role assignment create")),
    ("the node resource group is locked", locked, {"locks": "error"}, ("az lock delete",)),
    ("a subnet is locked", locked_subnet, {"locks": "error"},
     ("AKS cannot take the route table off subnet", "az lock delete")),
    ("an unseen cluster is in the subnet", stranger, {"route-table-of-two": "error"}, ("MC_other", "az aks list")),
    ("its last operation failed", properties(provisioningState="Failed"), {"cluster-state": "error"},
     ("az aks update",)),
    ("own rules of ip-masq-agent are there", inside(ip_masq=(IpMasq("azure-ip-masq-agent-config", "a: 1"),)),
     {"ip-masq-config": "error"}, ("kubectl delete configmap -n kube-system azure-ip-masq-agent-config",)),
    ("a budget lets nothing go", inside(budgets=(Budget("web", "b", "", "0", 3, 3, 3),)), {"pdb-blocks-drain": "error"},
     ("kubectl patch pdb b -n web",)),
    ("a DaemonSet writes iptables", inside(daemon_sets=(DaemonSet("kube-system", "snat", True, False),)),
     {"iptables-daemon-sets": "warning"}, ("kube-system/snat",)),
    ("objects of Calico's are there", inside(calico=(CalicoObject("GlobalNetworkPolicy", "", "deny"),)),
     {"calico-objects": "warning"}, ("GlobalNetworkPolicy deny",)),
)  # fmt: skip
#: What every move is told.
ALWAYS = {"pods-behind-nodes": "info", "templates-say-kubenet": "info"}


def rules(found: Readiness) -> dict[str, str]:
    return {each.rule: each.severity.value for each in found.findings}


def test_a_cluster_that_is_ready_is_told_of_its_templates_alone() -> None:
    found = look(made())
    assert (rules(found), found.not_looked_at, found.state.value) == (ALWAYS, (), "ready")


@pytest.mark.parametrize(("change", "wanted", "texts"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_each_alone_is_found_with_what_deals_with_it(
    change: Callable[[Made], None], wanted: dict[str, str], texts: tuple[str, ...]
) -> None:
    one = made()
    change(one)
    found = look(one)
    assert rules(found) == {**ALWAYS, **wanted}, [each.message for each in found.findings]
    told = "\n".join(f"{each.message} -> {each.recommendation}" for each in found.findings)
    for text in texts:
        assert text in told, told
    assert (found.state.value == "ready") is not any(each == "error" for each in wanted.values())


#: Rows that are not put together: of one field, or one that hides the other.
APART = (
    {"a pool is an availability set", "a pool runs Windows"},
    {"it runs as the identity that Azure gave it", "its identity may only join the subnet"},
    {"it runs as the identity that Azure gave it", "its identity may not join the subnet's security group"},
    {"Kubernetes is too old", "a policy engine is set"},
    {"Kubernetes is too old", "an engine is set that cannot be taken off yet"},
)


def test_every_two_together_are_both_found_and_nothing_else() -> None:
    wrong = []
    for (one, change, wanted, _), (other, more, also, _) in combinations(ROWS, 2):
        if {one, other} in APART:
            continue
        both = made()
        change(both)
        more(both)
        found = rules(look(both))
        if found != {**ALWAYS, **wanted, **also}:
            wrong.append((one, other, {*found} ^ {*ALWAYS, *wanted, *also}))
    assert wrong == []


def test_errors_come_first_and_what_only_a_new_cluster_mends_before_all() -> None:
    both = made()
    for change in (pool("osType", "Windows"), locked, routed_by_hand, identity("SystemAssigned")):
        change(both)
    found = look(both)
    assert [each.rule for each in found.findings] == [
        "windows-pools", "identity-for-overlay", "locks", "routes-lost", "pods-behind-nodes", "templates-say-kubenet",
    ]  # fmt: skip
    assert found.state.value == "blocked"


def test_nobody_has_looked_inside() -> None:
    one = made()
    one.inside["none"] = True
    assert rules(look(one)) == {**ALWAYS, "cluster-not-inspected": "error"}
    found = look(one, accepted=("cluster-not-inspected",))
    assert (rules(found)["cluster-not-inspected"], found.state.value) == ("warning", "ready")


def test_who_could_not_look_inside_is_told_and_nothing_is_called_fine() -> None:
    one = made()
    one.inside["whole"] = NotInspected("Forbidden")
    found = look(one)
    assert rules(found)["not-looked-at"] == "warning"
    assert rules(found)["cluster-not-inspected"] == "error"
    assert {"ip-masq-config", "pdb-blocks-drain"} <= {*found.not_looked_at}
    accepted = look(one, accepted=("cluster-not-inspected",))
    assert (rules(accepted)["cluster-not-inspected"], accepted.undecided) == ("warning", ())


@pytest.mark.parametrize(("part", "check"), [("ConfigMaps", "ip-masq-config"), ("budgets", "pdb-blocks-drain")])
def test_a_part_of_the_inside_that_decides_and_was_not_seen_leaves_the_move_undecided(part: str, check: str) -> None:
    from azext_kubenet.discovery.inside_command import Part

    one = made()
    unread = Part.IP_MASQ if part == "ConfigMaps" else Part.BUDGETS
    one.inside["unread"] = {unread: "Forbidden"}
    found = look(one)
    assert (found.undecided, found.state.value) == ((check,), "unknown")
    assert look(one, accepted=("cluster-not-inspected",)).undecided == ()


def test_routes_of_an_own_table_that_nodes_lose_with_it_are_told_with_what_puts_it_back() -> None:
    one = made()
    one.world.others[0] = 2
    mine = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/routeTables/mine"
    body = one.world.table()
    routes = [*body["properties"]["routes"], route("office", "172.16.0.0/24", "10.8.8.8")]
    one.world.changed[mine] = {**body, "id": mine, "properties": {**body["properties"], "routes": routes}}
    one.world.subnets_changed["routeTable"] = {"id": mine}
    one.world.changed[ASSIGNMENTS] = [assignment(NETWORK), assignment(mine)]
    assert rules(look(one)) == {**ALWAYS, "routes-lost": "warning"}
    (told,) = [each for each in look(one).findings if each.rule == "routes-lost"]
    assert "office (172.16.0.0/24), nor have 2 other addresses there" in told.message
    subnet = one.world.subnet_id(0)
    assert f"az network vnet subnet update --ids {subnet} --route-table {mine}" in told.recommendation
    one.world.profile_changed["outboundType"] = "userDefinedRouting"
    assert "routes-lost" not in rules(look(one)), "AKS leaves the table there"


def test_routes_to_pods_are_no_mans_to_delete_where_no_machine_is_shown() -> None:
    one = made()
    reached(one)
    one.world.hidden[f"{CLUSTER}/agentPools/a/machines"] = REFUSED
    network = one.world.network()
    network["properties"]["subnets"][0]["properties"]["ipConfigurations"] = []
    one.world.changed[NETWORK] = network
    found = look(one)
    (told,) = [each for each in found.findings if each.rule == "pods-reached-by-routes"]
    assert "not seen" in told.message
    assert "delete" not in told.recommendation
    assert "pods-reached-by-routes" in found.not_looked_at


def test_the_table_is_not_taken_off_a_subnet_with_nodes_of_a_cluster_that_is_not_shown() -> None:
    one = made()
    shared_subnet(one)
    node = f"{SUBSCRIPTION}/resourceGroups/MC_other/providers/Microsoft.Compute/virtualMachineScaleSets/aks-x-1-vmss"
    held = {"id": f"{node}/virtualMachines/0/networkInterfaces/n/ipConfigurations/i"}
    one.world.changed[NETWORK]["properties"]["subnets"][1]["properties"]["ipConfigurations"] = [held]
    found = look(one)
    assert rules(found) == {**ALWAYS, "route-table-of-two": "error"}
    assert "--route-table null" not in "".join(each.recommendation for each in found.findings)


def test_risks_are_accepted_by_name_and_nothing_else_is() -> None:
    one = made()
    one.world.profile_changed["networkPolicy"] = "calico"
    found = look(one, accepted=("policy-gap", "network-policy"))
    assert rules(found) == {**ALWAYS, "network-policy": "warning", "policy-gap": "warning"}
    one.world.cluster_changed["provisioningState"] = "Failed"
    assert rules(look(one, accepted=("cluster-state",)))["cluster-state"] == "error"


def test_another_identity_is_judged_by_nothing_that_the_old_one_lacks() -> None:
    one = made()
    identity("SystemAssigned")(one)
    one.world.changed[f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments"] = []
    one.world.changed[permissions(NEW)] = MAY_ALL
    told = {**ALWAYS, "identity-replaced": "warning"}
    assert rules(look(one, identity=ResourceId(NEW))) == {**told, "assigned-identity": "error"}
    one.world.changed[NEW] = {"id": NEW}
    assert rules(look(one, identity=ResourceId(NEW))) == told


def test_an_identity_that_it_runs_as_by_now_is_judged_though_it_is_named() -> None:
    one = made()
    joins_alone(one)
    one.world.changed[IDENTITY] = {"id": IDENTITY}
    assert rules(look(one, identity=ResourceId(IDENTITY))) == {**ALWAYS, "detach-rights": "error"}


NOON = datetime(2026, 11, 27, 12, tzinfo=timezone.utc)


class Noon(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        """Noon."""
        return NOON.astimezone(tz)


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [((5,), True), ((5, 60), True), ((5, 60 * 24), False), ((), False), ((5, None), False)],
    ids=["a moment ago", "all of them lately", "one of them yesterday", "no role", "a date that is not shown"],
)
def test_an_identity_of_which_all_roles_are_new_is_told_as_new(
    monkeypatch: pytest.MonkeyPatch, minutes: tuple[int | None, ...], wanted: bool
) -> None:
    monkeypatch.setattr(identity_of_move, "datetime", Noon)
    one = made()
    roles = [(NOON - timedelta(minutes=each)).isoformat() if each is not None else "" for each in minutes]
    one.world.changed[ASSIGNMENTS] = [assignment(NETWORK, createdOn=each) for each in roles]
    assert ("identity-is-new" in rules(look(one))) is wanted


def test_rights_are_not_asked_for_what_must_be_replaced_anyway() -> None:
    one = made()
    joins_alone(one)
    identity("SystemAssigned")(one)
    assert rules(look(one)) == {**ALWAYS, "identity-for-overlay": "error"}


def test_what_cilium_reads_otherwise_is_told_where_it_follows() -> None:
    one = made()
    one.inside["policies"] = (NetworkPolicy("web", "p", ("10.240.1.0/24",), ("http",)),)
    assert rules(look(one)) == ALWAYS
    assert rules(look(one, then="cilium")) == {**ALWAYS, "network-policies-for-cilium": "warning"}


def test_findings_on_the_pod_cidr_are_carried_over() -> None:
    from azext_kubenet.addressing.findings import Severity

    of_pods = Finding("pod-cidr-for-overlay", Severity.ERROR, ("--pod-cidr",), "too small")
    assert rules(look(made(), pod_findings=(of_pods,))) == {**ALWAYS, "pod-cidr-for-overlay": "error"}


@pytest.mark.parametrize("check", [each.name for each in MOVING_CHECKS])
def test_every_check_has_a_rule_that_says_what_must_hold(check: str) -> None:
    from azext_kubenet.addressing.registry import RULES

    assert RULES[check].meaning


PATHS = (
    TABLES, CLUSTERS, permissions(CLUSTER), permissions(made().world.subnet_id(0)), NETWORK, TABLE,
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments",
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/locks", f"{CLUSTER}/agentPools/a/machines",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_what_may_not_be_read_is_said_and_refuses_nothing(path: str) -> None:
    one = made()
    for scope in ("", CLUSTER.partition("/providers/")[0], SUBSCRIPTION):
        where = path if not scope or "/permissions" not in path else permissions(scope)
        one.world.hidden[where] = REFUSED
    for scope in (one.world.subnet_id(0), NETWORK, NETWORK.partition("/providers/")[0], NODES):
        if "roleAssignments" in path or "locks" in path:
            one.world.hidden[f"{scope}/providers/Microsoft.Authorization/{path.rpartition('/')[2]}"] = REFUSED
    found = look(one)
    assert "error" not in rules(found).values(), [each.message for each in found.findings]
    assert "not-looked-at" in rules(found)
    assert found.not_looked_at


def neighbour(plugin: str, outbound: str) -> Callable[[Made], None]:
    """Another cluster with nodes in the subnet of the cluster's nodes."""

    def put(found: Made) -> None:
        profile = {"networkPlugin": plugin, "outboundType": outbound, "networkPluginMode": "overlay"}
        pools = [{"name": "n", "count": 1, "vnetSubnetID": found.world.subnet_id(0)}]
        has = {"networkProfile": profile, "agentPoolProfiles": pools, "nodeResourceGroup": "MC_o"}
        other = CLUSTER.replace("managedClusters/c", "managedClusters/other")
        found.world.changed[CLUSTERS] = [{"id": other, "name": "other", "properties": has}]

    return put


@pytest.mark.parametrize(
    ("theirs", "ours", "wanted"),
    [
        ("userDefinedRouting", "loadBalancer", {"route-table-of-two": "error"}),
        ("userDefinedRouting", "userDefinedRouting", {}),
        ("loadBalancer", "loadBalancer", {}),
    ],
)
def test_a_neighbour_whose_way_out_is_the_table_is_named(theirs: str, ours: str, wanted: dict[str, str]) -> None:
    one = made()
    neighbour("azure", theirs)(one)
    one.world.profile_changed["outboundType"] = ours
    found = look(one)
    of_two = {rule: grave for rule, grave in rules(found).items() if rule == "route-table-of-two"}
    assert of_two == wanted
    context = one.world.context(inside=InsideCluster(nodes=nodes(one.world)))
    lowered = look_at_move(context, MovePlan(), ("route-table-of-two",))
    assert rules(lowered).get("route-table-of-two") == ("warning" if wanted else None)


def test_a_subnet_with_the_table_is_found_by_its_network_where_the_table_does_not_say_so() -> None:
    one = made()
    shared_subnet(one)
    one.world.changed[NETWORK]["properties"]["subnets"][1]["properties"]["routeTable"] = {"id": TABLE}
    del one.world.changed[TABLE]["properties"]["subnets"]
    assert "route-table-elsewhere" in rules(look(one))


def test_what_else_a_subnet_has_by_the_table_stays_there_by_what_is_printed() -> None:
    one = made()
    routed_by_hand(one)
    shared_subnet(one)
    taken = f"{SUBSCRIPTION}/resourceGroups/n/providers/Microsoft.Network/routeTables/c-routes"
    one.world.changed[TABLES] = [{"id": taken, "properties": {}}]
    (told,) = [each for each in look(one).findings if each.rule == "route-table-elsewhere"]
    assert "by it the subnet has 1 route: office (172.16.0.0/24)" in told.message
    assert "--route-table null" not in told.recommendation
    assert "az network route-table create --subscription s -g n -n c-routes-1 " in told.recommendation, (
        "c-routes is somebody's"
    )
    assert told.recommendation.endswith(f"--ids {DATA} --route-table {taken}-1")


def test_the_table_is_not_taken_off_a_subnet_where_its_routes_are_not_seen() -> None:
    one = made()
    shared_subnet(one)
    subnet = one.world.changed[NETWORK]["properties"]["subnets"][1]
    subnet["properties"]["routeTable"] = {"id": f"{TABLE}2"}
    (told,) = [each for each in look(one).findings if each.rule == "route-table-elsewhere"]
    assert "look first: az network vnet subnet show" in told.recommendation
    assert "null" not in told.recommendation
