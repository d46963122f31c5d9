"""Our readers take what real Azure answered, and come to the verdict that a plain reading of the same answer gives."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from netaddr import IPNetwork

from azext_kubenet.addressing.findings import Severity
from azext_kubenet.addressing.model import UNSPECIFIED, ClusterSize, RangeRequests, fixed
from azext_kubenet.addressing.planner.plan_result import plan_ranges
from azext_kubenet.aks import borrowed, cluster_progress
from azext_kubenet.azure import api_versions, directory, role_assignments
from azext_kubenet.azure.azure_errors import AzureError, error_of
from azext_kubenet.azure.managed_clusters import Cluster
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.changes import create_steps, resource_steps, runner
from azext_kubenet.changes.drift import cluster_drift
from azext_kubenet.checks import node_routes, security_group
from azext_kubenet.discovery import existing, route_tables
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from azext_kubenet.options.create_options import AksOptions
from azext_kubenet.options.identity import Identity
from tests.loopback import recordings
from tests.loopback.core.wire import Answer, Call
from tests.real import answers, errors
from tests.real.answers import Json
from tests.real.wire import ARM, GRAPH, Az, answered, door, logged_in, no_waiting
from tests.unit.checks.wire import NSG, network, of, plan, run, situation, subnet

Count = Callable[..., None]
READ = "READ"
NOT_THERE = Answer(404, {"error": {"code": "ResourceNotFound", "message": "It is not there."}})


def played(*lines: recordings.Line) -> Callable[[Call], Answer]:
    """Recorded answers, one after the other, whatever is asked; the last one again and again."""
    left = list(lines)

    def answer(_: Call) -> Answer:
        line = left.pop(0) if len(left) > 1 else left[0]
        headers = {
            key: value
            for key, value in (line["response_headers"] or {}).items()
            if key.lower() in ("azure-asyncoperation", "location", "retry-after")
        }
        return Answer(line["status"], line["response_body"], headers)

    return answer


def an_end(**body: Any) -> recordings.Line:
    return {"status": 200, "response_headers": {}, "response_body": {"status": "Succeeded", **body}}


def names_in(vnet: Json, subnet_name: str) -> Names:
    subscription, group, name = answers.parts(vnet["id"])
    return Names(subscription, group, "c", name, subnet_name, group, subscription)


# -- groups


def test_every_group_is_there_or_not_as_azure_said(count: Count) -> None:
    read = 0
    for line in recordings.lines("resourceGroups"):
        path = line["path"].partition("?")[0]
        if line["method"] != "GET" or len(path.strip("/").split("/")) != 4:
            continue
        subscription, group, _ = answers.parts(path)
        names = Names(subscription, group, "c", "v", "n", group, subscription)
        wanted = line["response_body"] if line["status"] == 200 else None

        def answer(call: Call, line: recordings.Line = line, path: str = path) -> Answer:
            return played(line)(call) if call.path.lower() == path.lower() else NOT_THERE

        with answered(answer), no_waiting(), Reader(door()) as reader:
            found = existing.read_existing(reader, names, lambda _: [], with_identity=True)
        assert found == ExistingResources(wanted, None, None, None)
        read += 1
    count(READ, "resource groups", answers=read, matched=read)
    assert read > 50


# -- networks and subnets


def test_every_network_is_adopted_and_its_other_subnets_are_kept_clear_of(count: Count) -> None:
    read, subnets = 0, 0
    for vnet in answers.vnets():
        own = answers.ipv4(vnet["properties"]["addressSpace"]["addressPrefixes"])
        shown = vnet["properties"].get("subnets") or []
        for chosen in [None, *shown]:
            names = names_in(vnet, chosen["name"] if chosen else "not-there-yet")
            found = ExistingResources({"location": vnet["location"]}, vnet, None, None)
            wish, differences = existing.apply_existing(RangeRequests(), found, names)
            others = [prefix for each in shown if each is not chosen for prefix in answers.prefixes_of(each)]
            kept = [str(each.network) for each in existing.reservations(found, names)]
            assert sorted(kept) == sorted(map(str, others))
            assert [str(each) for each in wish.vnet.networks] == [str(each) for each in own]
            assert str(wish.subnet) == (str(answers.prefixes_of(chosen)[0]) if chosen else "")
            assert differences == []
            subnets += chosen is not None
            verdict = plan_ranges(ClusterSize(node_count=1), wish, existing.reservations(found, names), ())
            if not verdict.refused:
                assert_fits(verdict.plan, own, others, chosen)
        assert_another_range_is_refused(vnet)
        read += 1
    count(READ, "virtual networks", answers=read, matched=read)
    count(READ, "subnets", answers=subnets, matched=subnets)
    assert read > 300


def assert_fits(planned: Any, own: list[Any], others: list[Any], chosen: Json | None) -> None:
    """The subnet lies in the network and over no other; pods and services lie over no subnet."""
    nodes, pods, services = (answers.ipv4([str(each)])[0] for each in (planned.subnet, planned.pods, planned.services))
    assert any(nodes.subnet_of(each) for each in own)
    assert chosen is not None or not any(nodes.overlaps(each) for each in others)
    assert not any(each.overlaps(other) for each in (pods, services) for other in (*others, nodes))
    assert not pods.overlaps(services)


def assert_another_range_is_refused(vnet: Json) -> None:
    names = names_in(vnet, "not-there-yet")
    found = ExistingResources(None, vnet, None, None)
    _, differences = existing.apply_existing(RangeRequests(vnet=fixed(IPNetwork("11.99.0.0/16"))), found, names)
    assert [(each.subject, each.severity) for each in differences] == [(("--vnet-address-prefixes",), Severity.ERROR)]


def test_every_subnet_that_was_shown_alone_is_adopted(count: Count) -> None:
    read = 0
    for shown in answers.bodies("subnets", pattern=r"/subnets/[^/]+$"):
        vnet = {
            "id": shown["id"].rsplit("/", 2)[0], "name": "v", "location": "westeurope",
            "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/8"]}, "subnets": [shown]},
        }  # fmt: skip
        names = names_in(vnet, shown["name"].upper())
        found = ExistingResources(None, vnet, None, None)
        assert str(existing.apply_existing(RangeRequests(), found, names)[0].subnet) == str(
            answers.prefixes_of(shown)[0]
        )
        assert existing.reservations(found, names) == []
        table = (shown["properties"].get("routeTable") or {}).get("id", "")
        assert str(route_tables.table_id_of(names, found)) == table
        read += 1
    count(READ, "subnets", answers=read, matched=read)
    assert read > 150


# -- route tables and security groups


def test_every_route_table_proves_as_many_nodes_as_it_has_routes_into_the_pods(count: Count) -> None:
    read, proven = 0, 0
    for shown in answers.bodies("routeTables", pattern=r"/routeTables/[^/]+$"):
        prefixes = [each["properties"]["addressPrefix"] for each in shown["properties"].get("routes") or ()]
        wanted = sum(each.startswith("10.244.") and each.endswith("/24") for each in prefixes)
        line = {"status": 200, "response_headers": {}, "response_body": shown}
        with answered(played(line)):
            assert node_routes._node_routes(door(), ResourceId(shown["id"]), plan().pods) == wanted, prefixes
        read, proven = read + 1, proven + bool(wanted)
    count(READ, "route tables", answers=read, matched=read)
    assert read > 20
    assert proven, "the table that AKS made for a cluster of 2020"


Packet = tuple[str, str, str, int, int]


def packets(rules: list[Json]) -> Iterator[Packet]:
    """Traffic between nodes and pods (source, target, protocol, ports) at every edge that a rule could have."""
    edges = {
        key: {
            int(each) for rule in rules for text in answers_of(rule, key) for each in text.replace("*", "0").split("-")
        }
        for key in ("sourcePortRange", "destinationPortRange")
    }
    places = ("192.168.1.4", "192.168.1.250", "10.244.0.5", "10.244.255.9")
    yield from product(
        places, places, ("tcp", "udp", "icmp"),
        sorted(edges["sourcePortRange"] | {50000}), sorted(edges["destinationPortRange"] | {53, 80, 443, 10250}),
    )  # fmt: skip


def answers_of(rule: Json, key: str) -> list[str]:
    has = rule["properties"]
    plural = f"{key}es" if key.endswith("x") else f"{key}s"
    return [each for each in (has.get(key), *(has.get(plural) or ())) if each]


def first_match(rules: list[Json], direction: str, packet: Packet) -> Json | None:
    """The rule that decides a packet: the first by priority that fits, as Azure documents."""
    source, target, protocol, sent_from, port = packet
    for rule in sorted(rules, key=lambda each: each["properties"]["priority"]):
        has = rule["properties"]
        if (
            has["direction"].lower() == direction
            and has["protocol"].lower() in ("*", protocol)
            and any(_holds(each, source) for each in answers_of(rule, "sourceAddressPrefix"))
            and any(_holds(each, target) for each in answers_of(rule, "destinationAddressPrefix"))
            and any(_spans(each, sent_from) for each in answers_of(rule, "sourcePortRange"))
            and any(_spans(each, port) for each in answers_of(rule, "destinationPortRange"))
        ):
            return rule
    return None


def _holds(prefix: str, address: str) -> bool:
    """VirtualNetwork holds nodes, and pods by their routes; no other tag holds either."""
    if prefix in ("*", "VirtualNetwork"):
        return True
    return "." in prefix and answers.ipv4([address])[0].subnet_of(answers.ipv4([prefix])[0])


def _spans(text: str, port: int) -> bool:
    low, _, high = text.partition("-")
    return text == "*" or int(low) <= port <= int(high or low)


def _needed(packet: Packet) -> bool:
    """Whether nodes and pods need it: kubelet, DNS or HTTPS, from a port of the system's choice."""
    _, _, protocol, sent_from, port = packet
    return sent_from == 50000 and (protocol, port) in (("tcp", 10250), ("tcp", 53), ("udp", 53), ("tcp", 443))


def test_every_security_group_denies_what_its_first_matching_rules_deny(count: Count) -> None:
    read, denying = 0, 0
    for shown in answers.bodies("networkSecurityGroups", pattern=r"/networkSecurityGroups/[^/]+$"):
        rules = shown["properties"].get("securityRules") or []
        denied = {
            rule["name"]
            for packet in packets(rules)
            for direction in ("inbound", "outbound")
            if (rule := first_match(rules, direction, packet)) and rule["properties"]["access"] == "Deny"
        }
        wanted = situation(network(subnet(networkSecurityGroup={"id": NSG})))
        told = {rule.name for rule in security_group.denied(shown, wanted, routed=True)}
        assert denied <= {each["name"] for each in rules}
        assert told == denied
        found = run(wanted, {NSG: shown})[0]
        needed = {
            rule["name"]
            for packet in packets(rules)
            for direction in ("inbound", "outbound")
            if (rule := first_match(rules, direction, packet)) and rule["name"] in denied and _needed(packet)
        }
        assert ("network-security-group" in of(found)) == bool(needed)
        assert ("network-security-group" in {each.rule for each in found}) == bool(denied)
        read, denying = read + 1, denying + bool(denied)
    count(READ, "security groups", answers=read, matched=read)
    assert read > 20
    assert denying


# -- role assignments and identities


def test_a_recorded_grant_counts_exactly_where_it_gives_the_role(count: Count) -> None:
    read, enough, wire = 0, 0, door()
    for shown in answers.assignments():
        has = shown["properties"]
        given = has["roleDefinitionId"].rsplit("/", 1)[-1]
        line = {"status": 200, "response_headers": {}, "response_body": {"value": [shown]}}
        places = (
            has["scope"],
            has["scope"].upper(),
            f"{has['scope']}/providers/Microsoft.Network/virtualNetworks/v",
            f"{has['scope']}2",
            has["scope"].rpartition("/providers/")[0] or "/other",
            "/subscriptions/other",
        )
        for principal in (has["principalId"], has["principalId"].upper(), "00000000-dead-4bee-8000-000000000000"):
            with answered(played(line)), Reader(wire) as reader:
                found = role_assignments.assignments_of(reader, has["scope"], principal)
            # of a group's, Azure lists those alone that the principal is in
            its = principal.lower() == has["principalId"].lower() or has.get("principalType") == "Group"
            assert found == ([shown] if its else [])
            for place, asked in product(
                places, (given, given.upper(), answers.NETWORK_CONTRIBUTOR, answers.BROADER[1])
            ):
                role = role_assignments.Role(
                    "r", f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{asked}"
                )
                gives = given.lower() in (asked.lower(), *answers.BROADER)
                plain = not has.get("condition")  # with one it is no plain yes [I21]
                wanted = bool(found) and gives and plain and answers.below(has["scope"], place)
                assert (role_assignments.sufficient(found, place, role) is not None) == wanted, (shown, place, asked)
                enough += wanted
        read += 1
    count(READ, "role assignments", answers=read, matched=read)
    assert read > 60
    assert enough > read


def test_every_recorded_answer_to_a_grant_is_taken(count: Count) -> None:
    """201 is the grant, RoleAssignmentExists as good, a refusal the administrator's, anything else Azure's."""
    role, read = role_assignments.Role("Network Contributor", f"/x/{answers.NETWORK_CONTRIBUTOR}"), 0
    for line in recordings.lines("roleAssignments"):
        if line["method"] != "PUT":
            continue
        code = errors.told(line["response_body"])[0] if line["status"] >= 400 else ""
        outcome: Any
        with answered(played(line)), no_waiting():
            try:
                outcome = role_assignments.grant(door(), "/scope", "principal", role)
            except (AzureError, role_assignments.Refused) as error:
                outcome = error
        if line["status"] == 201:
            # One recording has its body as a text inside of JSON, which no answer of Azure is.
            assert outcome == (line["response_body"] if isinstance(line["response_body"], dict) else {})
        elif code == "RoleAssignmentExists":
            assert outcome == {}
        else:
            assert code in str(outcome)
            assert isinstance(outcome, role_assignments.Refused) == (line["status"] == 403)
        read += 1
    count(READ, "role assignments, answers to PUT", answers=read, matched=read)
    assert read > 40


def test_every_identity_gives_its_principal(count: Count) -> None:
    read = 0
    for line in recordings.lines("userAssignedIdentities"):
        body, path = line["response_body"], line["path"].partition("?")[0]
        if line["method"] not in ("GET", "PUT") or line["status"] >= 300 or "/userAssignedIdentities/" not in path:
            continue
        asked: list[Call] = []

        def answer(call: Call, line: recordings.Line = line, asked: list[Call] = asked) -> Answer:
            asked.append(call)
            return played(line)(call)

        with answered(answer), no_waiting():
            found = door().get(path) if line["method"] == "GET" else door().put(path, "2024-11-30", {})
        assert len(asked) == 1, "an identity names a location, and nothing is under way there"
        principal = create_steps.principal_of({resource_steps.IDENTITY: found or {}}, None)
        assert principal == body["properties"]["principalId"]
        read += 1
    count(READ, "identities", answers=read, matched=read)
    assert read > 15


# -- clusters


FIELDS = {
    "location": "location",
    "kubernetes_version": "kubernetesVersion",
    "network_policy": "networkPolicy",
    "outbound_type": "outboundType",
    "node_count": "count",
    "max_pods": "maxPods",
    "node_vm_size": "vmSize",
}
OTHERS = {"location": "atlantis", "kubernetes_version": "9.9.9", "network_policy": "calico", "outbound_type": "none",
          "node_count": 77, "max_pods": 77, "node_vm_size": "Standard_X77"}  # fmt: skip


def own_names(cluster: Json) -> Names:
    """The cluster's own names; of a subnet that AKS made, one that it has not."""
    subscription, group, name = answers.parts(cluster["id"])
    mine = next(iter((cluster.get("identity") or {}).get("userAssignedIdentities") or {}), None)
    own = cluster["properties"]["agentPoolProfiles"][0].get("vnetSubnetID")
    if not own:
        return Names(subscription, group, name, "v", "n", group, subscription, mine)
    found = own.strip("/").split("/")
    return Names(subscription, group, name, found[7], found[9], found[3], found[1], mine)


def own_identity(cluster: Json) -> Identity:
    has = cluster.get("identity") or {}
    if not has:
        return Identity(
            SERVICE_PRINCIPAL, app_id=cluster["properties"]["servicePrincipalProfile"]["clientId"], secret="x"
        )
    if has["type"] == "SystemAssigned":
        return Identity(SYSTEM_ASSIGNED)
    return Identity(USER_ASSIGNED, resource_id=next(iter(has["userAssignedIdentities"])))


def own_options(cluster: Json) -> Json:
    """What would be typed to ask for the very cluster again."""
    has, pool = cluster["properties"], cluster["properties"]["agentPoolProfiles"][0]
    profile = has["networkProfile"]
    return {
        "location": cluster["location"],
        "kubernetes_version": has["kubernetesVersion"],
        "network_policy": profile.get("networkPolicy") or "none",
        "outbound_type": profile["outboundType"],
        "node_count": pool.get("count"),
        "max_pods": pool.get("maxPods"),
        "node_vm_size": pool.get("vmSize"),
    }


def stands_against(cluster: Json) -> set[str]:
    """The fields in which a recorded cluster is none that we make, whatever was typed."""
    has = cluster["properties"]
    pool = has["agentPoolProfiles"][0]
    return {
        field
        for field, differs in (
            ("networkPlugin", has["networkProfile"]["networkPlugin"] != "kubenet"),
            ("vnetSubnetID", not pool.get("vnetSubnetID")),
            ("provisioningState", has["provisioningState"] in ("Failed", "Canceled", "Deleting")),
        )
        if differs
    }


def differing(cluster: Json, names: Names, wanted: Identity, typed: Json) -> set[str]:
    lines = cluster_drift(cluster, names, wanted, None, AksOptions(asked=typed))
    return {line.partition(" is ")[0] for line in lines}


def decided(cluster: Json, names: Names, typed: Json) -> tuple[list[Json], str, set[str]]:
    """The whole way: facts, plan, steps; what would be done, what stands against it, the options that differ."""
    own = cluster["properties"]["networkProfile"].get("serviceCidr") or ""
    prefix = "172.20.0.0/24" if not own.startswith("172.20.") else "192.168.0.0/24"
    vnet = {
        "id": names.vnet_id,
        "name": names.vnet,
        "location": cluster["location"],
        "properties": {
            "addressSpace": {"addressPrefixes": [prefix]},
            "subnets": [{"name": names.subnet, "id": names.subnet_id, "properties": {"addressPrefix": prefix}}],
        },
    }
    found = ExistingResources({"location": cluster["location"]}, vnet, {"properties": {"principalId": "p"}}, cluster)
    wish, differences = existing.apply_existing(RangeRequests(pods=typed.pop("pods", UNSPECIFIED)), found, names)
    verdict = plan_ranges(ClusterSize(node_count=1), wish, existing.reservations(found, names), ())
    assert verdict.plan is not None
    role = role_assignments.Role("r", "/r")
    identity, principal = own_identity(cluster), {"appId": "a", "id": "p"}
    of_identity = {
        SYSTEM_ASSIGNED: [], SERVICE_PRINCIPAL: [runner.Step(create_steps.PRINCIPAL, "p", "/p", existing=principal)],
    }.get(identity.kind, [resource_steps.identity_step(door(), names, "", found)])  # fmt: skip
    drift = cluster_drift(cluster, names, identity, principal, AksOptions(asked=typed))
    waves = create_steps.create_stages(
        door(), names, cluster["location"], found,
        network=resource_steps.network_step(
            door(), names, "", found, vnet=verdict.plan.vnet, subnet=verdict.plan.subnet
        ),
        identity=of_identity, grants=[create_steps.Grant(names.subnet_id, role, {"id": "granted"})],
        cluster=lambda roles: create_steps.cluster_step(
            door(), names, "", cluster, make=lambda *_: {}, differences=drift, remedy=str, roles=roles
        ),
    )  # fmt: skip
    against = " ".join(each.message for each in runner.conflicts(waves))
    return runner.preview(waves), against, {option for each in differences for option in each.subject}


def _nodes_of(pool: dict[str, Any]) -> int:
    """The nodes of a pool; one of machines has no count of its own, and while it is made only what is wanted."""
    wanted = ((pool.get("virtualMachinesProfile") or {}).get("scale") or {}).get("manual") or ()
    shown = pool.get("virtualMachineNodesStatus") or wanted
    return int(pool.get("count") or 0) + sum(each["count"] for each in shown)


def test_every_cluster_is_kept_when_it_is_asked_for_again(count: Count) -> None:
    read, kept = 0, 0
    for cluster in answers.clusters():
        names, typed = own_names(cluster), own_options(cluster)
        expected = stands_against(cluster)
        assert differing(cluster, names, own_identity(cluster), typed) == expected, cluster["id"]
        done, against, options = decided(cluster, names, typed)
        assert {row["action"] for row in done} == ({"keep", "conflict"} if expected else {"keep"})
        assert [row["kind"] for row in done if row["action"] == "conflict"] == (["cluster"] if expected else [])
        assert all(field in against for field in expected)
        assert options == set()
        nodes = sum(map(_nodes_of, cluster["properties"]["agentPoolProfiles"]))
        stopped = (cluster["properties"].get("powerState") or {}).get("code") == "Stopped"
        assert Cluster.parse(cluster).running_nodes == (0 if stopped else nodes)
        assert not route_tables.table_id_of(names, ExistingResources(None, None, None, cluster))
        read, kept = read + 1, kept + (not expected)
    count(READ, "clusters", answers=read, matched=read)
    assert read > 900
    assert kept > 40


@pytest.mark.parametrize("option", OTHERS)
def test_every_cluster_conflicts_by_the_field_that_is_asked_for_otherwise(option: str, count: Count) -> None:
    read = 0
    for cluster in answers.clusters():
        typed = {**own_options(cluster), option: OTHERS[option]}
        expected = {*stands_against(cluster), FIELDS[option]}
        pool = cluster["properties"]["agentPoolProfiles"][0]
        same = str(own_options(cluster)[option]).lower() == str(OTHERS[option]).lower()
        if same or (option == "node_count" and pool.get("enableAutoScaling")):
            expected -= {FIELDS[option]}  # it has just that, or the autoscaler changes the number anyway
        assert differing(cluster, own_names(cluster), own_identity(cluster), typed) == expected, cluster["id"]
        read += 1
    count(READ, f"clusters, asked for with another {FIELDS[option]}", answers=read, matched=read)


def test_every_cluster_conflicts_with_another_pod_range_subnet_and_identity(count: Count) -> None:
    read = 0
    for cluster in answers.clusters():
        names, typed = own_names(cluster), own_options(cluster)
        elsewhere = Names(names.subscription, names.group, names.cluster, names.vnet, "other", names.vnet_group, "s")
        assert "vnetSubnetID" in differing(cluster, elsewhere, own_identity(cluster), typed)
        kinds = (
            Identity(SERVICE_PRINCIPAL, app_id="other", secret="x"),
            Identity(SYSTEM_ASSIGNED),
            Identity(USER_ASSIGNED),
        )
        for other in kinds:
            if other.kind != own_identity(cluster).kind:
                more = differing(cluster, names, other, typed) - stands_against(cluster)
                assert len(more) == 1, more
                assert more <= {"identity", "identity.type", "servicePrincipalProfile.clientId"}
        pods = cluster["properties"]["networkProfile"].get("podCidr")
        _, _, options = decided(cluster, names, {**typed, "pods": fixed(IPNetwork("10.128.0.0/16"))})
        assert options == ({"--pod-cidr"} if pods else set())
        for state in ("Failed", "Canceled", "Deleting"):
            changed = copy.deepcopy(cluster)
            changed["properties"]["provisioningState"] = state
            assert "provisioningState" in differing(changed, names, own_identity(cluster), typed)
        read += 1
    count(READ, "clusters, asked for with other pods, subnet, identity", answers=read, matched=read)


#: In place of base64, which older SDKs want to read.
REMOVED = "<base64 removed>"


def test_every_cluster_under_way_is_waited_for(count: Count) -> None:
    """By azure-cli's own model of it, as the command reads it."""
    from azure.cli.core.mock import DummyCli

    read, waited = 0, 0
    lines = [
        line
        for line in recordings.lines("managedClusters")
        if line["method"] in ("GET", "PUT") and line["status"] < 300 and "properties" in line["response_body"]
    ]
    done = next(line for line in lines if line["response_body"]["properties"]["provisioningState"] == "Succeeded")
    with logged_in("s", "t"), no_waiting() as waits:
        client = borrowed.AksCreate(SimpleNamespace(cli_ctx=DummyCli()), door()).clusters()
        for line in lines:
            shown, words = json.loads(json.dumps(line["response_body"]).replace(REMOVED, "cmVtb3ZlZA==")), list[str]()
            state, before = shown["properties"]["provisioningState"], len(waits)
            policy = RetryPolicy(60, words.append)
            with answered(played({**line, "status": 200, "response_body": shown}, done)):
                cluster = cluster_progress.settle(lambda: client.get("g", "c"), words.append, policy)
            assert words == ([] if state == "Succeeded" else [state])
            assert (len(waits) > before) == (state != "Succeeded")
            assert cluster.name == (shown if state == "Succeeded" else done["response_body"])["name"]
            read, waited = read + 1, waited + (state != "Succeeded")
    count(READ, "clusters, waited for", answers=read, matched=read)
    assert waited > 300


def an_azure_of(cluster: Json, names: Names, principal: str) -> Callable[[Call], Answer]:
    """What is around a recorded cluster, which alone is real here: its network, its grants, its rights."""
    shown = {"name": names.subnet, "id": names.subnet_id, "properties": {"addressPrefix": "172.20.0.0/24"}}
    space = {"addressSpace": {"addressPrefixes": ["172.20.0.0/16"]}, "subnets": [shown]}
    grant = {"id": "/granted", "properties": {"principalId": principal, "scope": names.group_id.upper(),
             "roleDefinitionId": f"/x/{answers.NETWORK_CONTRIBUTOR}"}}  # fmt: skip
    found = {
        names.group_id: {"location": cluster["location"]},
        names.vnet_id: {"name": names.vnet, "id": names.vnet_id, "location": cluster["location"], "properties": space},
        names.cluster_id: cluster,
        names.new_identity_id: {"properties": {"principalId": principal}},
    }
    ends = {
        "/managedclusters": {"value": [cluster]},
        "/permissions": {"value": [{"actions": ["*"], "notActions": []}]},
        "/roleassignments": {"value": [grant]},
        "/serviceprincipals": {"value": [{"id": principal, "appId": "app"}]},
    }
    by_path = {path.lower(): body for path, body in found.items()}

    def answer(call: Call) -> Answer:
        assert call.method == "GET", "a dry run only reads"
        path = call.path.lower()
        known = by_path.get(path) or next((body for end, body in ends.items() if path.endswith(end)), None)
        if known is None and "/resourcegroups/" not in path:
            known = {"registrationState": "Registered"}
        return Answer(200, known) if known else NOT_THERE

    return answer


def test_every_cluster_in_a_subnet_of_its_own_is_kept_by_the_whole_command(az: Az, count: Count) -> None:
    """`az kubenet create --dry-run`, from the command line to the rows, with preflight on the way."""
    read = 0
    for cluster in answers.clusters():
        names, wanted = own_names(cluster), own_identity(cluster)
        if stands_against(cluster):
            continue
        options = {
            SERVICE_PRINCIPAL: ["--service-principal", str(wanted.app_id), "--client-secret", "x"],
            SYSTEM_ASSIGNED: ["--identity-type", "systemAssigned"],
            USER_ASSIGNED: ["--assign-identity", str(wanted.resource_id)],
        }[wanted.kind]
        principal = (cluster.get("identity") or {}).get("principalId") or "p"
        words = ["kubenet", "create", "-g", names.group, "-n", names.cluster, "--vnet-subnet-id", names.subnet_id,
                 "-l", cluster["location"], "--no-ssh-key", "--dry-run", *options]  # fmt: skip
        with logged_in(names.subscription, "t"), answered(an_azure_of(cluster, names, principal)), no_waiting():
            same = az(*words, "--node-vm-size", cluster["properties"]["agentPoolProfiles"][0]["vmSize"])
            other = az(*words, "--node-vm-size", OTHERS["node_vm_size"])
        assert same.code == 0, same.err
        assert {row["action"] for row in same.result} == {"keep"}, same.result
        assert (other.code, other.result) == (1, None)
        assert f"cluster {names.cluster} exists, and its vmSize is " in other.err
        read += 1
    count(READ, "clusters, through the whole command", answers=read, matched=read)
    assert read > 40


# -- providers, Graph, operations, errors

MARK = directory.mark_of("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c")


def test_every_application_and_service_principal_is_found(count: Count) -> None:
    read = 0
    for line in recordings.lines("graph"):
        body = line["response_body"]
        if (
            answers.OLD_GRAPH.match(line["path"])
            or line["method"] != "GET"
            or line["status"] >= 300
            or "value" not in body
        ):
            continue
        what = line["path"].partition("?")[0].rsplit("/", 1)[-1]
        if what not in ("servicePrincipals", "applications"):
            continue
        with answered(played(line)):
            if what == "applications":  # strangers' applications, whatever they are called
                assert directory.applications_marked(door(base=f"{GRAPH}/v1.0"), MARK) == []
            else:
                found = directory.service_principal_of(door(base=f"{GRAPH}/v1.0"), "name")
                assert found == (body["value"][0] if body["value"] else None)
                assert found is None or (found["id"] and found["appId"])
        read += 1
    count(READ, "Graph lists", answers=read, matched=read)
    assert read > 10


def test_a_service_principal_is_made_of_recorded_answers(count: Count) -> None:
    def posts(end: str) -> list[recordings.Line]:
        return [
            line for line in recordings.lines("graph")
            if line["method"] == "POST" and line["path"].partition("?")[0].endswith(end) and line["status"] < 300
            and not answers.OLD_GRAPH.match(line["path"])
        ]  # fmt: skip

    secret = {"status": 200, "response_headers": {}, "response_body": {"secretText": "shown once"}}
    made = list(product(posts("/applications"), posts("/servicePrincipals")))
    for application, principal in made:
        with answered(played(application, principal, secret)):
            graph = door(base=f"{GRAPH}/v1.0")
            made_of = directory.create_application(graph, "name", MARK)
            found = directory.create_service_principal(graph, "name", made_of, None)
        wanted = application["response_body"]
        assert found == {"appId": wanted["appId"], "id": principal["response_body"]["id"],
                         "application": wanted["id"], "secret": "shown once"}  # fmt: skip
    count(READ, "Graph, pairs of answers to POST", answers=len(made), matched=len(made))
    assert len(made) > 10


COMMON = ("InProgress", "Running", "Accepted", None)


def test_every_poll_ends_goes_on_or_fails_as_its_status_says(count: Count) -> None:
    read, words = 0, set()
    for line in recordings.lines("asyncOperations"):
        body = line["response_body"] if isinstance(line["response_body"], dict) else {}
        status, asked, shown = body.get("status"), list[Call](), list[str]()

        play = played(line, an_end())

        def answer(call: Call, asked: list[Call] = asked, play: Any = play) -> Answer:
            asked.append(call)
            return play(call)

        raised = None
        with answered(answer), no_waiting():
            try:
                door().follow(f"{ARM}{line['path']}", shown.append)
            except AzureError as error:
                raised = error
        if status in ("Failed", "Canceled") or 400 <= line["status"] < 500:
            code, message = errors.told(body)
            assert raised is not None
            assert (raised.code, raised.message) == (code, message)
            assert raised.accepted
        else:
            goes_on = line["status"] in (202, *range(500, 600)) or status not in ("Succeeded", None)
            assert raised is None
            assert len(asked) == 1 + goes_on, (line["status"], body)
            assert shown == ([] if status in (*COMMON, "Succeeded") else [status])
            words.update(shown)
        read += 1
    count(READ, "polls of operations", answers=read, matched=read)
    assert read > 1400
    assert len(words) >= 10


def test_every_error_keeps_its_code_and_words(count: Count) -> None:
    read = 0
    for line in recordings.all_lines():
        if line["status"] < 400:
            continue
        code, message = errors.told(line["response_body"])
        found = error_of(line["status"], line["response_body"])
        assert (found.status, found.code) == (line["status"], code)
        assert found.message == message or (not message and str(line["status"]) in found.message)
        read += 1
    count(READ, "errors", answers=read, matched=read)
    assert read > 150


def test_every_page_of_a_recorded_list_is_read(count: Count) -> None:
    """Of each list all items come, and a further page is asked for where it names one."""
    read = 0
    kinds = (
        "resourceGroups",
        "virtualNetworks",
        "routeTables",
        "roleAssignments",
        "managedClusters",
        "roleDefinitions",
    )
    for kind in kinds:
        for line in recordings.lines(kind):
            body = line["response_body"]
            if line["status"] != 200 or not isinstance(body, dict) or not isinstance(body.get("value"), list):
                continue
            with answered(played(line, {"status": 200, "response_headers": {}, "response_body": {"value": [{}]}})):
                found = door().list(line["path"].partition("?")[0], api_versions.ROLE_API)
            assert len(found) == len(body["value"]) + bool(body.get("nextLink"))
            read += 1
    count(READ, "lists", answers=read, matched=read)
    assert read > 20
