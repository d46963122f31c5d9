"""Security rules, on four nodes and four pods, against a second opinion that is too simple to be wrong."""

import ipaddress
import re
from dataclasses import replace
from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork

from azext_kubenet.checks import security_group
from azext_kubenet.checks.security_group import denied
from tests.support.effort import tries
from tests.unit.checks.wire import NSG, network, nsg, plan, run, situation, subnet

NODES, PODS, AROUND = "192.168.1.4/30", "10.244.0.4/30", "192.168.0.0/16"
SITUATION = replace(
    situation(network(subnet(prefix=NODES))), plan=replace(plan(), subnet=IPNetwork(NODES), pods=IPNetwork(PODS))
)
PORTS = (0, 22, 23, 53, 443, 10250, 32768, 65535)  # all that the ranges below tell apart
PREFIXES = st.sampled_from(
    [
        "*",
        "VirtualNetwork",
        "INTERNET",
        "AzureLoadBalancer",
        NODES,
        PODS,
        AROUND,
        "192.168.1.4/31",
        "192.168.1.7",
        "10.244.0.6/31",
        "10.0.0.0/8",
        "0.0.0.0/0",
        "fd00::/8",
    ]
)
RANGES = st.sampled_from(["*", "*", "22", "0-22", "23-65535", "0-65535", "53", "443", "10250"])


def one_or_several(values):
    return values | st.lists(values, max_size=2)


RULES = st.lists(
    st.tuples(
        st.sampled_from(["Inbound", "outbound"]),
        st.sampled_from(["Allow", "Deny"]),
        one_or_several(PREFIXES),
        one_or_several(PREFIXES),
        st.sampled_from(["*", "*", "Tcp", "UDP", "Icmp", "Esp", "Ah"]),
        one_or_several(RANGES),
        st.sampled_from(["*", "*", "0-22"]),
    ),
    max_size=5,
)


def each_of(value):
    return value if isinstance(value, list) else [value]


def holds_address(value, address, routed):
    for text in each_of(value):
        if text == "VirtualNetwork":
            if address in ipaddress.ip_network(AROUND) or (routed and address in ipaddress.ip_network(PODS)):
                return True
        elif text == "*" or (re.match(r"[\d.]+(/\d+)?$", text) and address in ipaddress.ip_network(text)):
            return True
    return False


def holds_port(value, port):
    return any(text == "*" or int(text.split("-")[0]) <= port <= int(text.split("-")[-1]) for text in each_of(value))


def decides(rule, packet, routed):
    _, _, source, target, protocol, port, source_port = rule
    sent_from, sent_to, spoken, from_port, to_port = packet
    return (
        (protocol == "*" or protocol.lower() == spoken)
        and holds_port(source_port, from_port)
        and holds_port(port, to_port)
        and holds_address(source, sent_from, routed)
        and holds_address(target, sent_to, routed)
    )


def dumb_denied(rules, routed, needed=False):
    """Send every packet past the rules, or those alone that are needed; of each pair, note the rules that stop one."""
    where = {"nodes": [*ipaddress.ip_network(NODES)], "pods": [*ipaddress.ip_network(PODS)]}
    found = set()
    for direction, source, target in product(("inbound", "outbound"), where, where):
        facing = [(index, rule) for index, rule in enumerate(rules) if rule[0].lower() == direction]
        packets = product(where[source], where[target], ("tcp", "udp", "icmp", "esp", "ah", "gre"), PORTS, PORTS)
        for packet in packets if facing else ():
            if needed and (packet[2], packet[4], packet[3]) not in {(*kind, 32768) for kind in NEEDED}:
                continue
            index, rule = next(((index, rule) for index, rule in facing if decides(rule, packet, routed)), (None, None))
            if rule is not None and rule[1] == "Deny":
                found.add((f"r{index}", source, target))
    return found


NEEDED = (("tcp", 10250), ("tcp", 53), ("udp", 53), ("tcp", 443))


@tries(60)
@given(RULES, st.booleans())
def test_traffic_is_denied_where_a_packet_is_stopped(rules, routed):
    shown = nsg(*((f"r{index}", 100 + index, *rule) for index, rule in enumerate(rules)))
    shown["properties"]["securityRules"].reverse()  # priorities count, not places
    for needed, kinds in ((False, {}), (True, {"kinds": security_group.NEEDED})):
        found = denied(shown, SITUATION, routed=routed, **kinds)
        assert {(rule.name, *pair) for rule, pairs in found.items() for pair in pairs} == dumb_denied(
            rules, routed, needed
        )


def test_a_rule_of_that_name_is_another_clusters():
    """Typed with a name that is there, the command would replace that rule."""
    rules = [("in", "Deny"), ("allow-kubenet-inbound", "Allow")]
    body = {
        "properties": {
            "securityRules": [
                {
                    "name": name,
                    "properties": {
                        "direction": "Inbound", "access": access, "priority": 200 - at, "protocol": "*",
                        "sourceAddressPrefix": "10.9.9.0/24" if access == "Allow" else "*",
                        "destinationAddressPrefix": "*", "sourcePortRange": "*", "destinationPortRange": "*",
                    },
                }
                for at, (name, access) in enumerate(rules)
            ]
        }
    }  # fmt: skip
    wanted = situation(network(subnet(networkSecurityGroup={"id": NSG})))
    found, _ = run(wanted, {NSG: body})
    (told,) = [each for each in found if each.rule == "network-security-group"]
    assert "-n allow-kubenet-inbound-2 " in told.recommendation
