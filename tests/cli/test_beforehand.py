"""What `az kubenet create` gives to everything that it makes, and what a read tells it before its first write."""

from __future__ import annotations

from tests.cli.conftest import Cloud
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.server import faults

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
