"""What holds for all four formats."""

import json
import re
import subprocess
from typing import Any

import hcl2
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.export import ENDINGS, Target, bash_reads
from azext_kubenet.export.contents import contents_of, dns_prefix
from tests.support.effort import tries
from tests.unit.addressing.asking import ask
from tests.unit.export.arm_reader import Template
from tests.unit.export.bicep_reader import File, faults, parse
from tests.unit.export.functions import Surroundings
from tests.unit.export.plans import CASES, NO_SURGE, PLAN, POOLS, TABLE, THERE, export, result_of
from tests.unit.export.test_terraform import NASTY, blocks, unquoted

row = pytest.param
#: What is deployed by itself.
WHOLE = (".json", ".bicep", ".tf", ".sh")


def test_the_endings() -> None:
    assert list(ENDINGS) == [".json", ".bicep", ".tf", ".sh", ".tfvars.json", ".bicepparam"]
    assert export(".JSON", PLAN, Target()) == export(".json", PLAN, Target())


@pytest.mark.parametrize("ending", ["", ".", "json", ".yaml", ".tf.json", ".tfvars"])
def test_another_ending_is_refused_with_those_there_are(ending: str) -> None:
    with pytest.raises(ValueError, match=r"expected one of \.json, \.bicep, \.tf, \.sh"):
        export(ending, PLAN, Target())


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("case", CASES)
def test_each_says_until_when_and_what_comes_then(ending: str, case: str) -> None:
    text = export(ending, *CASES[case])
    assert "31 March 2028" in text
    assert "az kubenet migrate --resource-group GROUP --name CLUSTER --dry-run" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_for_overlay_does_not_say_that_it_retires(ending: str) -> None:
    plan, place = next(iter(CASES.values()))
    text = export(ending, plan, place, OVERLAY)
    assert not re.search("retire|on kubenet", text, re.IGNORECASE)
    assert "A cluster on Azure CNI Overlay" in re.sub(r"\s*\n(?://|#) ", " ", text)


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize("case", CASES)
def test_an_export_for_overlay_has_no_word_of_what_only_kubenet_has(ending: str, case: str) -> None:
    plan, place = CASES[case]
    told = re.sub(r"\s*\n(?://|#) ", " ", export(ending, plan, place, OVERLAY))
    assert "A cluster on Azure CNI Overlay with its network, written by" in told
    assert ("Others may attach a route table, a NAT gateway or a security group" in told) == place.new_subnet
    for kubenet in ("retires", "az aks update", "AKS attaches a route table", "would detach the route table",
                    "networkPlugin: 'kubenet'", "plugin kubenet", '"kubenet"'):  # fmt: skip
        assert kubenet not in told


#: What a script looks at only where the network plugin has routes.
OF_ROUTES = (bash_reads._SHARED_TABLE, bash_reads._TABLE_OF_AKS, bash_reads._KUBENET_NEIGHBOUR)


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize("case", CASES)
def test_all_else_of_an_export_is_the_same_for_both_plugins(ending: str, case: str) -> None:
    ours = [line.split() for line in export(ending, *CASES[case], OVERLAY).splitlines()]
    ours += [line.split() for block in OF_ROUTES for line in block.splitlines()]
    left = [
        line
        for line in export(ending, *CASES[case]).splitlines()
        if line.split() not in ours and not line.lstrip().startswith(("#", "//")) and "description" not in line
    ]
    assert len(left) <= (5 if ending == ".sh" else 3), left
    assert all(re.search("kubenet|retirement|routeTable|table nodes", line) for line in left)


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize(
    ("said", "plan", "place", "whether"),
    [
        row("route table to the subnet when", PLAN, Target(), True, id="the network is made: why it is written once"),
        row("route table to the subnet when", PLAN, THERE, False, id="it is there: nothing to say"),
        row("a route table of your own", PLAN, THERE, True, id="the subnet is there: it may have its own table"),
        row("a route table of your own", PLAN, TABLE, False, id="its table was read: the grant is there"),
        row("a route table of your own", PLAN, Target(), False, id="a new subnet has none"),
        row("upgrades no system pool without", NO_SURGE, Target(), True, id="no surge: AKS takes one all the same"),
        row("upgrades no system pool without", POOLS, Target(), False, id="a surge as planned"),
    ],
)
def test_remarks(ending: str, said: str, plan: dict[str, Any], place: Target, whether: bool) -> None:
    text = re.sub(r"\s*\n(?://|#) ", " ", export(ending, plan, place))
    assert (said in text) == whether


@pytest.mark.parametrize(
    ("stated", "count", "most", "surge"),
    [
        row({"name": "a", "count": 3, "maxCount": 5, "maxSurge": "1"}, 3, 5, "1", id="room above: scaled"),
        row({"name": "a", "count": 3, "maxCount": 3, "maxSurge": "1"}, 3, None, "1", id="no room: a plain count"),
        row({"name": "a", "count": 3, "maxCount": None, "maxSurge": None}, 3, None, "10%", id="the plan's own surge"),
        row({"name": "a", "count": 3}, 3, None, "10%", id="no more than a count"),
        row({"name": "a", "count": 0, "maxCount": 2, "maxSurge": 0}, 0, 2, "10%", id="none to begin with"),
    ],
)
def test_pools_that_are_stated(stated: dict[str, Any], count: int, most: int | None, surge: str) -> None:
    (pool,) = contents_of(result_of({**PLAN, "pools": [stated]}), Target()).pools
    assert (pool.count, pool.max_count, pool.max_surge) == (count, most, surge)


def test_a_plan_as_it_was_made_is_taken() -> None:
    contents = contents_of(ask("--max-count 40 --max-surge 33%"), Target())
    assert (contents.pod_cidr, contents.subnet_prefix) == ("10.244.0.0/16", "192.168.1.0/26")
    assert [(pool.name, pool.count, pool.max_surge) for pool in contents.pools] == [("nodepool1", 3, "33%")]


@pytest.mark.parametrize(
    ("most", "scaled"), [row(40, 40, id="to the plan's maximum"), row(3, None, id="no room above")]
)
def test_a_plan_s_one_pool_is_scaled(most: int, scaled: int | None) -> None:
    (pool,) = contents_of(result_of({**PLAN, "maxCount": most}), Target()).pools
    assert (pool.name, pool.count, pool.max_count) == ("nodepool1", 3, scaled)


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_the_plan_was_made_for_is_in_every_format(ending: str) -> None:
    place = Target("demo", "shop", "uksouth", node_vm_size="Standard_D4s_v5")
    text = export(ending, {**PLAN, "nodeCount": 4, "maxCount": 57}, place)
    assert all(re.search(rf"\b{each}\b", text) for each in ("57", "shop", "uksouth", "Standard_D4s_v5")), text


@pytest.mark.parametrize(
    ("cluster", "prefix"),
    [
        row("kube", "kube", id="a name that is a prefix already"),
        row("my_kube.1", "mykube1", id="what no DNS name may have is left out"),
        row("1kube", "k1kube", id="a letter first"),
        row("-kube-", "k-kube", id="no hyphen at an end"),
        row("", "k", id="nothing"),
        row("a" * 63, "a" * 54, id="54 at most"),
    ],
)
def test_dns_prefixes(cluster: str, prefix: str) -> None:
    assert dns_prefix(cluster) == prefix


# -- hostile names come out of each format as they went in, and stand nowhere but among its values

NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12)
HOSTILE = st.one_of(
    NAMES,
    st.sampled_from([*NASTY, "'; rm -rf ~; '", "$(id)", "`id`", "[concat('a')]", "[[x]", "' + '", '"]}', "*/", "\r\n"]),
)
PLACES = st.builds(
    Target, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.booleans(), st.booleans(), HOSTILE
)  # fmt: skip
EXAMPLE = Target("$(id)", "${x}", "'", '"', "\\", "[x]", False, False, "\n")


def plan_with(pool: str) -> dict[str, Any]:
    return {**PLAN, "pools": [{"name": pool, "count": 3, "maxCount": 5, "maxSurge": "1"}]}


def names_of(place: Target) -> dict[str, str]:
    names = {
        "clusterName": place.cluster,
        "identityName": f"{place.cluster}-identity",
        "vnetName": place.vnet,
        "subnetName": place.subnet,
        "location": str(place.location),
    }
    return {**names, "vnetResourceGroup": str(place.vnet_group)} if place.separate_resource_group else names


@example(EXAMPLE, "'")
@given(PLACES, HOSTILE)
def test_arm_takes_no_name_for_an_expression(place: Target, pool: str) -> None:
    template = Template(json.loads(export(".json", plan_with(pool), place)), Surroundings("g"), {})
    assert {name: template.parameter(name) for name in names_of(place)} == names_of(place)
    assert template.parameter("pools")[0]["name"] == pool


@example(EXAMPLE, "'")
@given(PLACES, HOSTILE)
def test_bicep_takes_no_name_for_more_than_a_string(place: Target, pool: str) -> None:
    # the grammar, unlike Bicep, sees comments inside strings
    assume(not any(sign in name for sign in ("//", "/*", "#") for name in (*names_of(place).values(), pool)))
    root = parse(export(".bicep", plan_with(pool), place))
    assert not faults(root)
    file = File(root, Surroundings("g"))
    values = {name: file.value(file.parameters[name].named_children[-1]) for name in names_of(place)}
    assert values == names_of(place)
    assert file.value(file.parameters["pools"].named_children[-1])[0]["name"] == pool


@tries(40)
@example(EXAMPLE, "'")
@given(PLACES, HOSTILE)
def test_terraform_takes_no_name_for_a_template(place: Target, pool: str) -> None:
    variables = blocks(_unmarked(hcl2.loads(export(".tf", plan_with(pool), place))), "variable")
    wanted = {
        **{
            re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), name): each for name, each in names_of(place).items()
        },
        "resource_group_name": place.group,
        "subscription_id": place.subscription,
    }
    assert {name: unquoted(variables[name]["default"]) for name in wanted} == wanted
    assert unquoted(variables["pools"]["default"][0]["name"]) == pool


def _unmarked(thing: Any) -> Any:
    if isinstance(thing, dict):
        return {key.strip('"'): _unmarked(each) for key, each in thing.items()}
    return [_unmarked(each) for each in thing] if isinstance(thing, list) else thing


@tries(40)
@example(EXAMPLE, "'")
@given(PLACES, HOSTILE)
def test_bash_takes_no_name_for_a_command(place: Target, pool: str) -> None:
    values = export(".sh", plan_with(pool), place).partition("set -euo pipefail\n\n")[2]
    until = values.index("\n\n# Windows' az")
    shown = '; printf "%s\\0" "$subscription" "$group" "$cluster" "$vnet" "$subnet" "$location" "$pool1"'
    script = "set -eu\nPATH=''\n" + values[:until] + "\n" + shown[2:]
    done = subprocess.run(["/bin/bash"], input=script.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    wanted = [place.subscription, place.group, place.cluster, place.vnet, place.subnet, place.location, pool]
    assert done.stdout.decode().split("\0")[:-1] == wanted


@pytest.mark.parametrize("ending", WHOLE)
@given(mark=st.text("xyz", min_size=9, max_size=9).map("qq{}".format))
@tries(3)
def test_names_stand_nowhere_but_among_the_values(ending: str, mark: str) -> None:
    place = Target(mark, mark, mark, mark, mark, mark + "2", True, False, mark)
    text = export(ending, plan_with(mark), place)
    for line in text.splitlines():
        values = ('"defaultValue": ', '"name": ', "param ", "name: ", "default ", "name ")
        assert mark not in line or line.strip().startswith(values) or re.match(rf"\w+={mark}", line), line
