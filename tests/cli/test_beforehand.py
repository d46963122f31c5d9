"""What `az kubenet create` gives to everything that it makes, and what a read tells it before its first write.

What locks and policies stop is our model of them in the loopback (azure-facts T3, T4); its sizes, quotas and versions
are its own, and can be put there as a resource each.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.server import faults
from tests.support.az import Az

NEW = "-g rg -n kube -l westeurope --no-ssh-key"
#: Kinds of what create makes that can have tags in Azure.
TAGGED = ("resourceGroups", "virtualNetworks", "userAssignedIdentities", "managedClusters")


def _requires(tag: str, cloud: Cloud) -> None:
    """Have a policy refuse whatever comes without a tag and can have one: reported words, our model of it [T3]."""

    def refuse(call: Call) -> Answer | None:
        kinds = [each.lower() for each in TAGGED]
        due = call.method == "PUT" and faults.kind_of(call.path).lower() in kinds
        if not due or tag in ((call.body or {}).get("tags") or {}):
            return None
        return faults.refusal(403, "RequestDisallowedByPolicy", message=f"Disallowed by policy: tag {tag} is required.")

    cloud.arm.cloud.before.append(refuse)


def test_tags_are_on_everything_that_is_made(cloud: Cloud) -> None:
    _requires("team", cloud)
    ran = cloud(f"kubenet create {NEW} --tags team=web cost=7")
    assert ran.code == 0, ran.err
    assert [cloud.sent(kind)["tags"] for kind in TAGGED] == [{"team": "web", "cost": "7"}] * 4


def test_what_exists_is_not_written_for_the_sake_of_tags(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/rg", bodies.group())
    network = bodies.network("10.1.0.0/16", **{"kube-subnet": "10.1.1.0/24"})
    cloud.seed("resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/kube-vnet", network)
    assert cloud(f"kubenet create {NEW} --vnet-name kube-vnet --tags team=web").code == 0
    assert [len(cloud.made(kind)) for kind in TAGGED] == [0, 0, 1, 1]


AUTHORIZATION = "providers/Microsoft.Authorization"
REQUIRE_TAG = f"/{AUTHORIZATION}/policyDefinitions/871b6d14-10aa-478d-b590-94f262ecfa99"
CORP = "resourceGroups/net/providers/Microsoft.Network/virtualNetworks/corp"
QUOTA = "providers/Microsoft.Compute/locations/westeurope/usages/standardDSv5Family"


def _corp(cloud: Cloud) -> str:
    """A network of another group."""
    cloud.seed("resourceGroups/net", bodies.group())
    cloud.seed(CORP, bodies.network("10.1.0.0/16", nodes="10.1.1.0/24"))
    return f"{NEW} --vnet-resource-group net --vnet-name corp --subnet-name nodes"


def _lock(cloud: Cloud, scope: str, level: str = "ReadOnly") -> str:
    return cloud.seed(f"{scope}{AUTHORIZATION}/locks/keep", {"properties": {"level": level}})


def _assign(cloud: Cloud, definition: str, **parameters: object) -> str:
    values = {name: {"value": value} for name, value in parameters.items()}
    properties = {"policyDefinitionId": definition, "parameters": values}
    return cloud.seed(f"{AUTHORIZATION}/policyAssignments/rule", {"properties": properties})


def _refused(cloud: Cloud, options: str, rule: str) -> str:
    """What is said of a run that is refused before any write."""
    ran = cloud(f"kubenet create {options}")
    assert (ran.code, ran.out, cloud.writes) == (1, "", []), ran.err
    assert f"[{rule}]" in ran.err
    return ran.err


def _command(said: str) -> str:
    """The one command that a message gives."""
    (found,) = re.findall(r": az (.*?)(?:, or to continue anyway.*)?$", said, re.MULTILINE)
    return str(found)


def test_a_lock_is_told_before_the_first_write_and_the_command_removes_it(cloud: Cloud) -> None:
    options = _corp(cloud)
    _lock(cloud, "resourceGroups/net/")
    said = _refused(cloud, options, "locks")
    assert cloud(_command(said)).code == 0
    assert cloud(f"kubenet create {options}").code == 0


def test_a_lock_that_keeps_from_deleting_is_a_warning(cloud: Cloud) -> None:
    _lock(cloud, "", "CanNotDelete")
    ran = cloud(f"kubenet create {NEW} --rollback-on-failure")
    assert (ran.code, ran.err.count("[locks]")) == (0, 2), ran.err


def test_a_tag_that_a_policy_requires_is_told_with_the_option_that_gives_it(cloud: Cloud) -> None:
    _assign(cloud, REQUIRE_TAG, tagName="team")
    said = _refused(cloud, NEW, "policies")
    (option,) = re.findall(r"use (--tags \S+)", said)
    assert cloud(f"kubenet create {NEW} {option}").code == 0


def test_what_a_policy_refuses_is_told_with_the_command_that_shows_it(cloud: Cloud) -> None:
    allowed = f"/{AUTHORIZATION}/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"
    assignment = _assign(cloud, allowed, listOfAllowedLocations=["eastus"])
    shown = cloud(_command(_refused(cloud, NEW, "policies")))
    assert (shown.code, shown.json["id"]) == (0, assignment)
    about = {"properties": {"policyAssignmentId": assignment}}
    cloud.seed(f"{AUTHORIZATION}/policyExemptions/kube", about)
    assert cloud(f"kubenet create {NEW}").code == 0


CLUSTERS = "Microsoft.ContainerService/managedClusters"
# what a policy asks of the cluster, the option that gives it, the same as a rule. The loopback judges the body that is
# sent: our model of Azure's.
ASKED = (
    ("disableLocalAccounts", "--enable-aad --disable-local-accounts", {"notEquals": True}),
    ("apiServerAccessProfile.enablePrivateCluster", "--enable-private-cluster", {"notEquals": True}),
    ("agentPoolProfiles[*].enableEncryptionAtHost", "--enable-encryption-at-host", {"equals": "false"}),
    ("networkProfile.networkPolicy", "--network-policy calico", {"exists": "false"}),
)


@pytest.mark.parametrize(("alias", "options", "wanted"), ASKED, ids=[row[0] for row in ASKED])
def test_what_a_policy_asks_of_the_cluster_is_told_where_it_refuses_it(
    cloud: Cloud, alias: str, options: str, wanted: dict[str, object]
) -> None:
    rule = {"allOf": [{"field": "type", "equals": CLUSTERS}, {"field": f"{CLUSTERS}/{alias}", **wanted}]}
    name = f"{AUTHORIZATION}/policyDefinitions/own"
    definition = cloud.seed(name, {"properties": {"policyRule": {"if": rule, "then": {"effect": "deny"}}}})
    _assign(cloud, definition)
    ran = cloud(f"kubenet create {NEW}")
    assert (ran.code, "RequestDisallowedByPolicy" in ran.err) == (1, True), ran.err
    assert f"may refuse cluster kube: it does not allow {alias}=" in ran.err
    ran = cloud(f"kubenet create {NEW} {options}")
    assert (ran.code, "[policies]" in ran.err) == (0, False), ran.err


# what is asked for, the options, the rule
NOT_THERE = (
    ("a region", "-g rg -n kube --no-ssh-key -l mars", "region-offered"),
    ("a version", f"{NEW} --kubernetes-version 1.9", "kubernetes-version"),
    ("a size", f"{NEW} --node-vm-size Standard_X9", "vm-size-offered"),
    ("a quota", f"{NEW} --node-vm-size Standard_D2s_v5 --node-count 9", "vcpu-quota"),
)


@pytest.mark.parametrize(("options", "rule"), [row[1:] for row in NOT_THERE], ids=[row[0] for row in NOT_THERE])
def test_what_the_region_has_not_is_told_with_the_command_that_lists_what_it_has(
    cloud: Cloud, options: str, rule: str
) -> None:
    cloud.seed(QUOTA, {"limit": 10, "currentValue": 2})
    shown = cloud(_command(_refused(cloud, options, rule)))
    assert (shown.code, bool(shown.out)) == (0, True), shown.err


def test_a_creation_of_which_nothing_is_named_asks_for_no_more_than_it_must(cloud: Cloud) -> None:
    cloud(f"kubenet create {NEW} --no-wait")
    asked = [entry for entry in cloud.arm.ledger if not entry.path.startswith(("/msi/", "/metadata/"))]
    assert len(asked) <= 16, [str(entry) for entry in asked]


KEYS = ("no key at all", "ssh-rsa AAAA me@here", "")


@pytest.mark.parametrize("content", KEYS)
@pytest.mark.parametrize("way", ["--dry-run", ""])
def test_a_key_file_that_holds_no_key_is_refused_before_anything_is_written(
    cloud: Cloud, tmp_path: Path, content: str, way: str
) -> None:
    path = tmp_path / "key.pub"
    path.write_text(content, encoding="utf-8")
    ran = cloud(f"kubenet create -g app -n kube -l westeurope -o none {way} --ssh-key-value {path}")
    assert (ran.code, cloud.writes) == (1, []), ran.err
    assert "ssh key" in ran.err.lower()


def test_a_key_that_is_one_passes(cloud: Cloud) -> None:
    parts = b"ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\x7f" * 256
    body = base64.b64encode(b"".join(len(each).to_bytes(4, "big") + each for each in parts)).decode()
    words = [
        "kubenet",
        "create",
        "-g",
        "app",
        "-n",
        "kube",
        "-l",
        "westeurope",
        "-o",
        "none",
        "--dry-run",
        "--ssh-key-value",
    ]
    ran = cloud(*words, f"ssh-rsa {body} me@here")
    assert ran.code == 0, ran.err


def test_what_azure_refuses_by_its_name_or_tag_is_told_in_a_dry_run(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW} --dry-run --node-resource-group RG --tags a<b=c --nodepool-tags x%=y")
    assert (ran.code, cloud.writes) == (1, [])
    assert ran.err.count("[tag-not-allowed]") == 2
    assert "node resource group RG is the cluster's own" in ran.err


def test_an_advised_maximum_is_not_below_the_minimum_that_was_typed(cloud: Cloud) -> None:
    scaled = f"kubenet create {NEW} --dry-run --subnet-prefix 10.1.2.0/26 --enable-cluster-autoscaler"
    ran = cloud(f"{scaled} --min-count 60 --max-count 80")
    assert ran.code == 1
    (advice,) = set(re.findall(r"--max-count 53 --min-count \d+", ran.err))
    again = cloud(f"{scaled} {advice}")
    assert again.code == 0, again.err


#: (what is wrong with what was typed, the command, all that is said of it)
WITHOUT_LOGIN = (
    ("a plan's text", "kubenet create -g rg -n c --no-ssh-key --plan '{\"podCidr\": 5}'",
     ["the plan lacks", "podCidr in the plan must be a string"]),
    ("a plan's ranges, and an option", "kubenet create -g rg -n c --no-ssh-key --plan @plan.json --skip-checks nothing",
     ["[pod-subnet-overlap]", "[unknown-check]"]),
    ("a plan in a network", "kubenet create -g rg -n c --no-ssh-key --plan @network.json", ["[pod-subnet-overlap]"]),
    ("a plan of a later version", "kubenet create -g rg -n c --no-ssh-key --plan '{\"planVersion\": \"9.0\"}'",
     ["[plan-too-new]"]),
    ("the options of a move", "kubenet migrate -g rg -n c --pod-cidr x --skip-checks nothing --accept-risk nothing",
     ["--pod-cidr", "[unknown-check]", "--accept-risk nothing"]),
    ("the options of a check", "kubenet check -g rg -n c --skip-checks nothing", ["[unknown-check]"]),
)  # fmt: skip


@pytest.mark.parametrize(("command", "said"), [row[1:] for row in WITHOUT_LOGIN], ids=[row[0] for row in WITHOUT_LOGIN])
def test_what_is_wrong_with_what_was_typed_is_told_at_once_before_a_login_is_asked_for(
    az: Az, command: str, said: list[str]
) -> None:
    plan = az("kubenet plan -o json").json
    overlapping = {**plan, "podCidr": plan["vnetAddressPrefixes"][0]}
    there = {"vnetSubnetId": f"{SUB}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub/subnets/aks"}
    (az.home / "plan.json").write_text(json.dumps(overlapping), encoding="utf-8")
    (az.home / "network.json").write_text(json.dumps({**overlapping, **there}), encoding="utf-8")
    ran = az(command)
    assert (ran.code, "az login" in ran.err) == (1, False), ran.err
    assert [each for each in said if each not in ran.err] == []
