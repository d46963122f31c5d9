"""A plan that looked at a network, and `create --plan`, which looks again: what has come since matters or does not."""

import json

import pytest

from tests.loopback.callers.client import SUB
from tests.loopback.seeds import bodies
from tests.loopback.seeds.scene import scene
from tests.support.printed import commands, head

CREATE = "kubenet create -g net -n late --location westeurope --no-ssh-key --plan"


@pytest.fixture
def app(cloud):
    """A network with all that is around it."""
    return scene(cloud.arm)


@pytest.fixture
def plan(cloud, app):
    """A plan for a new subnet of it."""
    ran = cloud("kubenet plan -g net --vnet-name app --subnet-name aks")
    assert ran.code == 0, ran.err
    return ran.out


def subnet(cloud, app, name, prefix):
    cloud.arm.put(f"{app.network}/subnets/{name}", {"properties": {"addressPrefix": prefix}})


def test_a_cluster_is_made_in_the_network_of_the_plan_and_the_same_again_writes_nothing(cloud, app, plan):
    first = cloud(*CREATE.split(), "@-", stdin=plan)
    assert first.code == 0, first.err
    cluster, wanted = json.loads(first.out), json.loads(plan)
    assert cluster["networkProfile"]["podCidr"] == wanted["podCidr"]
    assert cluster["agentPoolProfiles"][0]["vnetSubnetId"].lower() == f"{app.network}/subnets/aks".lower()
    assert "virtualNetworks" not in [entry.path.split("/")[-2] for entry in cloud.arm.ledger.writes()]
    made = len(cloud.writes)
    again = cloud(*CREATE.split(), "@-", stdin=plan)
    assert (again.code, again.out) == (0, first.out)
    assert len(cloud.writes) == made


# what has come since the plan was made, its name, the range of the plan that it lies in
MATTERS = (
    ("a subnet in the planned one", "subnetPrefix", "subnet"),
    ("a peer in the pod CIDR", "podCidr", "peer"),
    ("an on-premises range in the service CIDR", "serviceCidr", "site"),
)


@pytest.mark.parametrize(("key", "kind"), [row[1:] for row in MATTERS], ids=[row[0] for row in MATTERS])
def test_what_has_come_into_the_plan_is_named_and_refused_before_anything_is_written(cloud, app, plan, key, kind):
    taken = json.loads(plan)[key]
    inside = taken.replace("/16", "/20").replace("/24", "/25")
    if kind == "subnet":
        subnet(cloud, app, "late-comer", inside)
    elif kind == "site":
        gateway = dict(cloud.arm.state[app.local_gateway])
        gateway["properties"]["localNetworkAddressSpace"] = {"addressPrefixes": [inside]}
        cloud.arm.put(app.local_gateway, {key: gateway[key] for key in ("location", "properties")})
    else:
        other = f"{SUB}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/late-comer"
        cloud.arm.put(other, bodies.network(inside))
        body = {"properties": {"remoteVirtualNetwork": {"id": other}}}
        cloud.arm.put(f"{app.network}/virtualNetworkPeerings/to-late-comer", body)
    ran = cloud(*CREATE.split(), "@-", stdin=plan)
    assert (ran.code, ran.out, cloud.writes) == (1, "", [])
    assert f"since the plan was made, {inside} (" in ran.err
    assert "[plan-outdated]" in ran.err
    assert f"{taken} of the plan" in ran.err


def test_what_has_come_elsewhere_does_no_harm(cloud, app, plan):
    subnet(cloud, app, "beside", "172.20.8.0/24")
    ran = cloud(*CREATE.split(), "@-", "--dry-run", stdin=plan)
    assert ran.code == 0, ran.err
    assert [line for line in ran.err.splitlines() if "note: " in line and "[surroundings-changed]" in line], ran.err


def test_nothing_is_said_when_nothing_has_changed(cloud, app, plan):
    ran = cloud(*CREATE.split(), "@-", "--dry-run", stdin=plan)
    assert ran.code == 0, ran.err
    assert "note: " not in ran.err  # which a change would begin with, as above


def test_a_prefix_that_the_network_has_gained_does_no_harm(cloud, app, plan):
    network = cloud.arm.state[app.network]
    network["properties"]["addressSpace"]["addressPrefixes"].append("10.190.0.0/16")
    ran = cloud(*CREATE.split(), "@-", "--dry-run", stdin=plan)
    assert ran.code == 0, ran.err


def test_a_subnet_that_is_gone_is_not_made_anew(cloud, app):
    subnet(cloud, app, "aks", "10.1.9.0/24")
    plan = cloud("kubenet plan -g net --vnet-name app --subnet-name aks").out
    del cloud.arm.state[f"{app.network}/subnets/aks"]
    ran = cloud(*CREATE.split(), "@-", stdin=plan)
    assert (ran.code, ran.out, cloud.writes) == (3, "", [])
    assert "subnets/aks does not exist" in ran.err


def test_a_typed_network_that_is_not_the_plans_is_a_contradiction(cloud, app, plan):
    ran = cloud(*CREATE.split(), "@-", "--vnet-name", "other", stdin=plan)
    assert (ran.code, cloud.writes) == (1, [])
    assert "--vnet-name other contradicts the plan, which has app [plan-contradicted]" in ran.err


def test_the_first_pool_of_a_plan_is_made_and_the_others_are_told(cloud, app):
    pools = "--pool system:3 --pool work:2:40:33%"
    plan = cloud(f"kubenet plan -g net --vnet-name app --subnet-name aks {pools}").out
    ran = cloud(*CREATE.split(), "@-", stdin=plan)
    assert ran.code == 0, ran.err
    (pool,) = json.loads(ran.out)["agentPoolProfiles"]
    assert (pool["name"], pool["count"]) == ("system", 3)
    added = next(line for line in ran.err.splitlines() if "az aks nodepool add" in line).partition("]: az ")[2]
    assert "-n work -c 2 --enable-cluster-autoscaler --min-count 2 --max-count 40" in added
    assert "--max-pods 110 --max-surge 33%" in added
    assert cloud(f"{added} -o none").code == 0
    again = cloud(*CREATE.split(), "@-", stdin=plan)
    assert again.code == 0, again.err
    assert [each["name"] for each in json.loads(again.out)["agentPoolProfiles"]] == ["system", "work"]
    assert "nodepool add" not in again.err


def test_what_comes_after_the_cluster_is_no_matter_for_it(cloud, app, plan):
    first = cloud(*CREATE.split(), "@-", stdin=plan)
    assert first.code == 0, first.err
    cloud.arm.state[app.hub]["properties"]["addressSpace"]["addressPrefixes"].append(json.loads(plan)["podCidr"])
    again = cloud(*CREATE.split(), "@-", stdin=plan)
    assert (again.code, again.out) == (0, first.out), again.err


def test_a_first_pool_of_another_size_than_the_cluster_has_is_a_conflict(cloud, app):
    plan = cloud("kubenet plan -g net --vnet-name app --subnet-name aks --pool system:3").out
    first = cloud(*CREATE.split(), "@-", stdin=plan)
    assert first.code == 0, first.err
    larger = json.loads(plan)
    larger["pools"][0]["count"] = 4
    again = cloud(*CREATE.split(), "@-", stdin=json.dumps(larger))
    assert (again.code, again.out) == (1, "")
    assert "count is 3, not 4" in again.err


PEAK = "subnet-too-small-for-peak"
NEW = "kubenet create -g new -n late --location westeurope --no-ssh-key --dry-run -o none"


def test_what_the_plan_accepted_is_neither_asked_nor_told_again(cloud):
    planned = cloud(f"kubenet plan --subnet-prefix 10.1.2.0/26 --max-count 60 --accept-risk {PEAK}")
    assert f"[{PEAK}]" in planned.err
    ran = cloud(*NEW.split(), "--plan", "@-", stdin=planned.out)
    assert ran.code == 0, ran.err
    assert PEAK not in ran.err
    again = cloud(*NEW.split(), "--plan", "@-", "--accept-risk", PEAK, stdin=planned.out)
    assert (again.code, again.err.count(f"[{PEAK}]")) == (0, 0), again.err


def test_what_is_wrong_with_a_plan_is_put_right_by_making_it_again_as_it_says(cloud):
    planned = cloud("kubenet plan --subnet-prefix 10.1.2.0/26 --max-count 40").json
    ran = cloud(*NEW.split(), "--plan", "@-", stdin=json.dumps(planned | {"maxCount": 60}))
    assert ran.code == 1, ran.err
    assert f"[{PEAK}]" in ran.err
    printed = [each for each in commands(ran.err) if head(each) == "az kubenet plan"]
    anew, at_once = printed  # fewer nodes: the plan, and the whole with it
    assert at_once.startswith(f"{anew} -o json | az kubenet create ")
    made = cloud(*NEW.split(), "--plan", "@-", stdin=cloud.shell(anew).out)
    assert made.code == 0, made.err
    assert cloud.shell(at_once).code == 0


def test_beside_a_plan_for_a_subnet_another_place_is_said_to_contradict_the_plan(cloud, app):
    there = cloud(f"kubenet plan --vnet-subnet-id {app.network}/subnets/apps")
    assert there.code == 0, there.err
    ran = cloud(*CREATE.split(), "@-", "--vnet-name", "app", stdin=there.out)
    assert ran.code == 2
    assert f"the plan is for subnet {app.network}/subnets/apps, and --vnet-name app names another place" in ran.err
    gone = there.out.replace("/subnets/apps", "/subnets/gone").replace('"apps"', '"gone"')
    missing = cloud(*CREATE.split(), "@-", stdin=gone)
    assert missing.code == 3, missing.err
    assert "/subnets/gone does not exist, and the plan is for it" in missing.err


def test_beside_a_plan_for_a_new_subnet_one_that_exists_is_another_plan(cloud, app, plan):
    ran = cloud(*CREATE.split(), "@-", "--vnet-subnet-id", f"{app.network}/subnets/apps", stdin=plan)
    assert ran.code == 2
    assert "the plan is for a new subnet in network app" in ran.err
    (command,) = [each for each in commands(ran.err) if head(each) == "az kubenet plan"]
    assert cloud.shell(command).code == 0
