"""What is known beforehand of the cluster's request is what `az aks create` was recorded to send."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from azext_kubenet.aks.known_request import known_request
from azext_kubenet.azure.policy_expressions import UNKNOWN
from azext_kubenet.options.choices import SERVICE_PRINCIPAL, SYSTEM_ASSIGNED, USER_ASSIGNED
from tests.loopback import recordings
from tests.unit.checks.wire import NAMES, USUAL

#: Options that change nothing of what is known, and those that switch one thing on.
INDIFFERENT = {
    "--resource-group", "-g", "--name", "-n", "--location", "-l", "--ssh-key-value", "--generate-ssh-keys", "-o",
    "--output", "--dns-name-prefix", "--enable-managed-identity", "--yes", "-c", "--node-count", "--no-wait",
}  # fmt: skip
SWITCHES = {
    "--disable-local-accounts": "disable_local_accounts",
    "--enable-aad": "enable_aad",
    "--enable-azure-rbac": "enable_azure_rbac",
    "--enable-fips-image": "enable_fips_image",
    "--enable-ultra-ssd": "enable_ultra_ssd",
    "--enable-encryption-at-host": "enable_encryption_at_host",
    "--enable-node-public-ip": "enable_node_public_ip",
    "--enable-private-cluster": "enable_private_cluster",
    "--disable-rbac": "disable_rbac",
}
#: What depends on the plan and on names, or on which azure-cli it is: none of these is compared.
OWN = ("podCidr", "serviceCidr", "dnsServiceIP", "maxPods", "count", "vnetSubnetID", "name", "vmSize", "networkPlugin")


def leaves(known: Any, sent: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, object, object]]:
    """Each value that is known, with what was sent in its place."""
    if isinstance(known, dict):
        for key, value in known.items():
            yield from leaves(value, (sent or {}).get(key), (*path, key))
    elif isinstance(known, list) and sent:
        yield from leaves(known[0], sent[0], path)
    elif known is not UNKNOWN and path[-1] not in OWN:
        yield ".".join(path), known, sent


def creations() -> Iterator[tuple[dict[str, object], dict[str, Any]]]:
    """The switches of recorded creations, with what was sent; only of commands of which every option is known."""
    for line in recordings.lines("managedClusters"):
        command, body = str(line.get("command") or ""), line.get("request_body")
        options = re.findall(r"(?<=\s)--?[a-z][\w-]*", command)
        known = {*options} <= {*INDIFFERENT, *SWITCHES}
        recent = str(line.get("recorded") or "") >= "2024"
        if line["method"] == "PUT" and command.startswith("aks create") and known and recent and body.get("sku"):
            yield {SWITCHES[each]: True for each in options if each in SWITCHES}, body


@pytest.mark.skipif(not recordings.available(), reason=recordings.MISSING)
def test_what_is_known_was_sent() -> None:
    seen = 0
    for asked, body in creations():
        kind = USER_ASSIGNED if "User" in str(body.get("identity")) else SYSTEM_ASSIGNED
        kind = SERVICE_PRINCIPAL if not body.get("identity") else kind
        request = known_request(asked, USUAL, NAMES.subnet_id, kind)
        different = [
            (path, known, sent) for path, known, sent in leaves(request, body) if (known or None) != (sent or None)
        ]
        assert not different, (asked, different)
        seen += 1
    assert seen > 3


def test_what_a_few_options_do_not_decide_is_not_known() -> None:
    request = known_request({"sku": "automatic", "vm_sizes": "a,b"}, USUAL, NAMES.subnet_id, SERVICE_PRINCIPAL)
    assert request["sku"] is UNKNOWN
    assert request["properties"]["agentPoolProfiles"][0]["vmSize"] is UNKNOWN
    assert known_request({}, USUAL, "/s", SYSTEM_ASSIGNED)["properties"]["agentPoolProfiles"][0]["vmSize"] is UNKNOWN
    assert known_request({"aad_tenant_id": "t"}, USUAL, "/s", SYSTEM_ASSIGNED)["properties"]["aadProfile"] is UNKNOWN
