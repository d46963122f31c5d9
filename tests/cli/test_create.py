"""`az kubenet create` as a process against the loopback Azure: what it makes, keeps, refuses, prints and writes."""

from __future__ import annotations

import json
import shlex

import pytest
import yaml

from tests.cli.conftest import Cloud
from tests.loopback.callers.client import SUB, Client
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.support.az import Az

WHERE = "-g rg -n c --no-ssh-key"
NEW = f"{WHERE} --location westeurope"
GROUP = "resourceGroups/rg"
NET = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/c-vnet"
CLUSTER = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/c"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/c-identity"
PASSWORD = "Pa55-never-shown-word"

# what stands against it, the options, the rule, what to type instead
CONTRADICTIONS = (
    ("Azure's network policy", "--network-policy azure", "network-policy-azure", "use --network-policy calico"),
    ("another network plugin", "--network-plugin azure", "network-plugin-not-kubenet", "use Azure CNI Overlay"),
    ("Windows nodes", "--windows-admin-username winner", "windows-nodes", "use Azure CNI Overlay"),
    ("virtual nodes", "--enable-addons virtual-node --aci-subnet-name aci", "virtual-nodes", "leave virtual-node out"),
    ("a range with host bits", "--pod-cidr 10.244.1.0/16", "host-bits", "use --pod-cidr 10.244.0.0/16"),
    ("more nodes than routes", "--node-count 364", "too-many-routes", "use --node-count 363"),
    ("a docker bridge on the pods", "--docker-bridge-address 10.244.0.1/16 --pod-cidr 10.244.0.0/16",
     "docker-bridge-overlap", "use --docker-bridge-address 172.17.0.1/16"),
)  # fmt: skip

# what is wrong with the usage, the options
USAGE = (
    ("a required option is missing", "-g rg --no-ssh-key"),
    ("half a service principal", f"{NEW} --service-principal 11111111-1111-4111-8111-111111111111"),
    ("a service principal with another identity", f"{NEW} --identity-type systemAssigned --create-service-principal"),
    ("an identity with another kind", f"{NEW} --identity-type systemAssigned --assign-identity {SUB}/{IDENTITY}"),
    ("an existing and a new service principal",
     f"{NEW} --service-principal x --client-secret y --create-service-principal"),
    ("a subnet twice", f"{NEW} --vnet-subnet-id {SUB}/{NET}/subnets/s --vnet-name other"),
    ("a network's group without the network", f"{NEW} --vnet-resource-group other"),
)  # fmt: skip

# what does not exist, the options, what is said of it
ABSENT = (
    ("the group, and no location to make it in", WHERE, "resource group rg does not exist", "--location"),
    ("the subnet, and its network", f"{NEW} --vnet-subnet-id {SUB}/{NET}/subnets/s",
     "resource group rg does not exist, and no virtual network c-vnet in it", "az network vnet list --query"),
    ("the network in another group", f"{NEW} --vnet-resource-group other --vnet-name hub",
     "resource group other does not exist, and no virtual network hub in it", "az network vnet list --query"),
    ("the identity", f"{NEW} --assign-identity {SUB}/{IDENTITY}", "identity ", "az identity list"),
    ("the service principal",
     f"{NEW} --service-principal 11111111-1111-4111-8111-111111111111 --client-secret {PASSWORD}",
     "service principal 11111111-1111-4111-8111-111111111111 does not exist", "--create-service-principal"),
    ("the role", f"{NEW} --role Nonsense", "role 'Nonsense' does not exist", "az role definition list"),
)  # fmt: skip

ROLE = "the role assignment"
# what is gone, what is deleted for that, what the next run makes
MISSING = (
    ("the cluster", [CLUSTER], ["managedClusters"]),
    ("the role assignment alone", [ROLE], ["roleAssignments"]),
    ("the cluster and the role assignment", [CLUSTER, ROLE], ["roleAssignments", "managedClusters"]),
    ("the cluster, the role assignment and the subnet", [CLUSTER, ROLE, f"{NET}/subnets/c-subnet"],
     ["subnets", "roleAssignments", "managedClusters"]),
    ("the cluster and the identity, whose grant stays behind", [CLUSTER, IDENTITY],
     ["userAssignedIdentities", "roleAssignments", "managedClusters"]),
)  # fmt: skip


def create(cloud: Cloud, options: str = NEW) -> dict:
    """A cluster that must come to be; the answer."""
    ran = cloud(f"kubenet create {options}")
    assert ran.code == 0, ran.err
    return ran.json


def assignments(cloud: Cloud) -> list[dict]:
    """All role assignments but the caller's own."""
    found = cloud.arm.state.of_type("Microsoft.Authorization/roleAssignments")
    return [each["properties"] for each in found if each["properties"]["scope"] != SUB]


def test_everything_is_made_in_order_and_the_cluster_is_printed(cold_cloud: Cloud) -> None:
    cloud = cold_cloud
    ran = cloud(f"kubenet create {NEW}")
    assert ran.code == 0, ran.err
    assert ran.json["id"].lower() == f"{SUB}/{CLUSTER}".lower()
    assert ran.json["networkProfile"]["podCidr"] == "10.244.0.0/16"
    assert ran.json["agentPoolProfiles"][0]["vnetSubnetId"] == f"{SUB}/{NET}/subnets/c-subnet"
    paths = [path.removeprefix(f"PUT {GROUP}").split("/")[-2:] for path in cloud.writes]
    assert paths[0] == [""]
    assert sorted(paths[1:3]) == [["userAssignedIdentities", "c-identity"], ["virtualNetworks", "c-vnet"]]
    assert paths[3][0] == "roleAssignments"
    assert paths[4:] == [["managedClusters", "c"]]
    told = [line for line in ran.err.splitlines() if line.startswith("+")]
    assert len(told) == 5
    assert all(line.endswith(" s)") for line in told), told


def test_what_is_printed_is_what_az_aks_create_prints(cloud: Cloud) -> None:
    made = create(cloud)
    raw = cloud(
        "aks create -g rg -n raw --no-ssh-key --network-plugin kubenet --pod-cidr 10.100.0.0/16 "
        f"--service-cidr 10.0.0.0/16 --dns-service-ip 10.0.0.10 --assign-identity {SUB}/{IDENTITY}"
    )
    assert raw.code == 0, raw.err
    assert list(made) == list(raw.json)
    assert {key: type(value) for key, value in made["networkProfile"].items()} == {
        key: type(value) for key, value in raw.json["networkProfile"].items()
    }


def test_a_second_run_writes_nothing_and_prints_the_same_bytes(cloud: Cloud) -> None:
    first = cloud(f"kubenet create {NEW}")
    assert first.code == 0, first.err
    cloud.arm.ledger.clear()
    second = cloud(f"kubenet create {NEW}")
    assert (second.code, second.out, cloud.writes) == (0, first.out, [])
    assert [line[0] for line in second.err.splitlines() if line[0] in "+=!"] == ["="] * 5
    third = cloud(f"kubenet create {NEW} --no-wait")
    assert (third.code, third.out, cloud.writes) == (0, "", [])


@pytest.mark.parametrize(("gone", "made"), [row[1:] for row in MISSING], ids=[row[0] for row in MISSING])
def test_running_again_makes_just_what_is_missing(cloud: Cloud, gone: list[str], made: list[str]) -> None:
    create(cloud)
    client = Client(cloud.arm)
    (grant,) = [key for key in cloud.arm.state if "roleassignments" in key and "c-subnet" in key]
    for path in gone:
        client.done("DELETE", grant if path == ROLE else path)
    client.close()
    cloud.arm.ledger.clear()
    create(cloud)
    assert [path.split("/")[-2] for path in cloud.writes] == made


def test_what_differs_is_told_field_by_field_before_anything_is_written(cloud: Cloud) -> None:
    create(cloud)
    cloud.arm.ledger.clear()
    ran = cloud(
        f"kubenet create {NEW} --node-count 5 --node-vm-size Standard_D8s_v5 --pod-cidr 10.64.0.0/16 "
        "--subnet-prefix 192.168.2.0/24"
    )
    assert (ran.code, ran.out, cloud.writes) == (1, "", [])
    for words in (
        "count is 3, not 5",
        "vmSize is ",
        "exists with 10.244.0.0/16, not 10.64.0.0/16",
        "not 192.168.2.0/24",
    ):
        assert words in ran.err
    assert ran.err.count("[existing-resource-differs]") == 4


def test_a_dry_run_shows_every_step_and_writes_nothing(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW} --dry-run")
    assert ran.code == 0, ran.err
    assert [(row["action"], row["kind"], row["name"]) for row in ran.json] == [
        ("create", "resource group", "rg"),
        ("create", "virtual network", "c-vnet"),
        ("create", "identity", "c-identity"),
        ("create", "role assignment", "Network Contributor"),
        ("create", "cluster", "c"),
    ]
    assert cloud.writes == []
    table = cloud(f"kubenet create {NEW} --dry-run -o table")
    assert table.out.splitlines()[0].split() == ["Action", "Kind", "Name", "Detail"]
    assert len(table.out.splitlines()) == 7
    create(cloud)
    cloud.arm.ledger.clear()
    assert {row["action"] for row in create(cloud, f"{NEW} --dry-run")} == {"keep"}
    assert cloud.writes == []


# options, exit code, the files that are written
KEY_PAIRS = {
    "a dry run writes no key pair": ("--dry-run", 0, []),
    "bad input writes no key pair": ("--pod-cidr 10.0.0.1/16", 1, []),
    "a creation that goes on writes it": ("--no-wait", 0, ["id_rsa", "id_rsa.pub"]),
}


@pytest.mark.parametrize("case", KEY_PAIRS)
def test_a_key_pair_is_written_once_nothing_prevents_the_cluster(cloud: Cloud, case: str) -> None:
    options, code, files = KEY_PAIRS[case]
    folder = cloud.az.home / ".azure" / ".ssh"
    (folder / "id_rsa.pub").unlink()
    ran = cloud(f"kubenet create -g rg -n c --location westeurope --generate-ssh-keys {options}")
    assert ran.code == code, ran.err
    assert sorted(each.name for each in folder.iterdir()) == files
    if files:
        sent = cloud.arm.state[f"{SUB}/{CLUSTER}".lower()]
        key = sent["properties"]["linuxProfile"]["ssh"]["publicKeys"][0]["keyData"]
        assert key.strip() == (folder / "id_rsa.pub").read_text(encoding="ascii").strip()


def test_no_wait_returns_with_nothing_on_standard_output(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW} --no-wait")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert cloud.made("managedClusters") == ["c"]
    shown = cloud("aks show -g rg -n c --query provisioningState -o tsv")
    assert shown.out.strip() in ("Creating", "Succeeded")


# -- from a plan


def test_a_plan_through_a_pipe(cloud: Cloud) -> None:
    ran = cloud.shell(
        "az kubenet plan --max-count 100 --exclude-prefixes 10.0.0.0/8 | "
        f"az kubenet create {NEW} --plan @- --query networkProfile.podCidr -o tsv"
    )
    planned = cloud("kubenet plan --max-count 100 --exclude-prefixes 10.0.0.0/8").json
    assert (ran.code, ran.out.strip()) == (0, planned["podCidr"]), ran.err
    assert not planned["podCidr"].startswith("10.")
    network = cloud.sent("virtualNetworks")["properties"]
    assert network["addressSpace"]["addressPrefixes"] == planned["vnetAddressPrefixes"]
    assert network["subnets"][0]["properties"]["addressPrefix"] == planned["subnetPrefix"]


def test_a_plan_from_a_file_and_from_a_string(cloud: Cloud) -> None:
    text = cloud("kubenet plan --pod-cidr 10.64.0.0/16").out
    (cloud.az.home / "plan.json").write_text(text)
    made = create(cloud, f"{NEW} --plan @plan.json")
    assert made["networkProfile"]["podCidr"] == "10.64.0.0/16"
    cloud.arm.ledger.clear()
    again = cloud("kubenet", "create", *shlex.split(NEW), "--plan", text)
    assert (again.code, cloud.writes) == (0, []), again.err


def test_a_plan_is_checked_like_any_other_input(cloud: Cloud) -> None:
    plan = cloud("kubenet plan").json | {"podCidr": "10.0.0.0/16"}
    ran = cloud("kubenet", "create", *shlex.split(NEW), "--plan", "@-", stdin=json.dumps(plan))
    assert (ran.code, ran.out) == (1, "")
    assert "[pod-service-overlap]" in ran.err
    contradicted = cloud(
        "kubenet", "create", *shlex.split(NEW), "--plan", "@-", "--service-cidr", "10.7.0.0/16",
        stdin=json.dumps(cloud("kubenet plan").json),
    )  # fmt: skip
    assert (contradicted.code, contradicted.out) == (1, "")
    assert "--service-cidr 10.7.0.0/16 contradicts the plan, which has 10.0.0.0/16" in contradicted.err
    assert len(cloud.arm.ledger) == 0


def test_a_pipe_without_a_plan_is_refused(cloud: Cloud) -> None:
    ran = cloud.shell(f"set +o pipefail; az kubenet plan --pod-cidr x 2>/dev/null | az kubenet create {NEW} --plan @-")
    assert (ran.code, ran.out) == (1, "")
    assert "[malformed-plan]" in ran.err
    assert len(cloud.arm.ledger) == 0


def test_the_arguments_of_a_plan_are_understood_by_az_aks_create(cloud: Cloud) -> None:
    made = create(cloud)
    subnet, identity = made["agentPoolProfiles"][0]["vnetSubnetId"], f"{SUB}/{IDENTITY}"
    arguments = cloud(
        "kubenet plan --pod-cidr 10.64.0.0/18 --node-count 4 --max-pods 60 --query aksArguments -o tsv"
    ).out
    raw = cloud(
        f"aks create -g rg -n raw --no-ssh-key --vnet-subnet-id {subnet} --assign-identity {identity} "
        f"{arguments.strip()}"
    )
    assert raw.code == 0, raw.err
    profile, pool = raw.json["networkProfile"], raw.json["agentPoolProfiles"][0]
    assert (profile["networkPlugin"], profile["podCidr"], pool["count"], pool["maxPods"]) == (
        "kubenet", "10.64.0.0/18", 4, 60,
    )  # fmt: skip


# -- what goes where


def test_an_id_in_a_shell_variable_is_one_id_and_nothing_else(cloud: Cloud) -> None:
    ran = cloud.shell(f'ID=$(az kubenet create {NEW} --query id -o tsv) && printf "[%s]" "$ID"')
    assert ran.code == 0, ran.err
    assert ran.out.lower() == f"[{SUB}/{CLUSTER}]".lower()


def test_every_output_format_holds_the_cluster_and_nothing_else(cloud: Cloud) -> None:
    made = create(cloud)
    assert yaml.safe_load(cloud(f"kubenet create {NEW} -o yaml").out) == made
    title, line, row = cloud(f"kubenet create {NEW} -o table").out.splitlines()
    assert "Name" in title.split()
    assert set(line) == {"-", " "}
    assert "Succeeded" in row.split()
    assert len(cloud(f"kubenet create {NEW} -o tsv").out.splitlines()) == 1


def test_only_show_errors_silences_standard_error(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW} --only-show-errors")
    assert (ran.code, ran.err) == (0, "")
    refused = cloud(f"kubenet create {NEW} --only-show-errors --node-count 9")
    assert refused.err.startswith("ERROR: cluster c exists")


def test_the_retirement_is_said_once(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW}")
    assert ran.err.count("31 March 2028") == 1
    assert "31 March 2028" not in ran.out


# -- refusals and exit codes


@pytest.mark.parametrize(
    ("options", "rule", "instead"), [row[1:] for row in CONTRADICTIONS], ids=[row[0] for row in CONTRADICTIONS]
)
def test_what_contradicts_kubenet_is_refused_without_a_look_at_azure(
    shared_cloud: Cloud, options: str, rule: str, instead: str
) -> None:
    ran = shared_cloud(f"kubenet create {NEW} {options}")
    assert (ran.code, ran.out) == (1, ""), ran.err
    assert f"[{rule}]" in ran.err
    assert instead in ran.err
    assert len(shared_cloud.arm.ledger) == 0


@pytest.mark.parametrize("options", [row[1] for row in USAGE], ids=[row[0] for row in USAGE])
def test_wrong_usage_is_exit_code_2(shared_cloud: Cloud, options: str) -> None:
    ran = shared_cloud(f"kubenet create {options}")
    assert (ran.code, ran.out) == (2, ""), ran.err
    assert "Traceback" not in ran.err
    assert shared_cloud.writes == []


@pytest.mark.parametrize(("options", "what", "advice"), [row[1:] for row in ABSENT], ids=[row[0] for row in ABSENT])
def test_what_is_named_and_does_not_exist_is_exit_code_3(cloud: Cloud, options: str, what: str, advice: str) -> None:
    ran = cloud(f"kubenet create {options}")
    assert (ran.code, ran.out) == (3, ""), ran.err
    assert what in ran.err
    assert advice in ran.err
    assert PASSWORD not in ran.err
    assert cloud.writes == []


def test_a_refusal_of_azure_is_exit_code_1_with_azures_own_words(cloud: Cloud) -> None:
    words = {"code": "QuotaExceeded", "message": "Provisioning of 3 nodes would exceed the quota of 2."}

    def quota(call: Call) -> Answer | None:
        is_cluster = call.method == "PUT" and "/managedclusters/" in call.path.lower()
        return Answer(400, {"error": words}) if is_cluster else None

    cloud.arm.before.append(quota)
    ran = cloud(f"kubenet create {NEW}")
    assert (ran.code, ran.out) == (1, ""), ran.err
    assert [entry.code for entry in cloud.refused()] == ["QuotaExceeded"]
    assert f"({words['code']}) {words['message']}" in ran.err
    assert "Traceback" not in ran.err


def test_what_is_wrong_with_a_plan_is_told_before_a_login_is_asked_for(az: Az) -> None:
    (az.home / "bad.json").write_text('{"podCidr": 7}')
    ran = az(f"kubenet create {NEW} --plan @bad.json --service-cidr 10.0.0.0/40")
    assert (ran.code, ran.out) == (1, "")
    assert "[malformed-plan]" in ran.err
    assert "[malformed-range]" in ran.err
    assert "az login" not in ran.err


def test_create_logged_out_says_so(az: Az) -> None:
    ran = az(f"kubenet create {NEW}")
    assert (ran.code, ran.out) == (1, "")
    assert "az login" in ran.err
    assert "Traceback" not in ran.err


# -- an existing network


def test_an_existing_network_by_name_is_used_and_never_written(cloud: Cloud) -> None:
    cloud.seed(GROUP, bodies.group())
    net = cloud.seed(
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/hub",
        bodies.network("10.50.0.0/16", nodes="10.50.3.0/24", other="10.50.4.0/24"),
    )
    made = create(cloud, f"{WHERE} --vnet-name hub --subnet-name nodes")
    assert made["agentPoolProfiles"][0]["vnetSubnetId"] == f"{net}/subnets/nodes"
    assert not [path for path in cloud.writes if path.split("?")[0].split("/")[-2] in ("virtualNetworks", "subnets")]
    assert [step["scope"] for step in assignments(cloud)] == [f"{net}/subnets/nodes"]


def test_a_managed_identity_is_no_service_principal_that_is_missing(cloud: Cloud) -> None:
    assert cloud(f"kubenet create {NEW}").code == 0
    ran = cloud(f"kubenet create {NEW} --create-service-principal")
    assert ran.code == 1
    assert "clientId is msi, not a service principal" in ran.err
    assert "instead of --create-service-principal" in ran.err


def test_a_missing_subnet_is_put_beside_the_others_of_an_existing_network(cloud: Cloud) -> None:
    cloud.seed(GROUP, bodies.group())
    cloud.seed(
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/hub",
        bodies.network("10.50.0.0/16", first="10.50.0.0/24", second="10.50.1.0/24"),
    )
    create(cloud, f"{WHERE} --vnet-name hub")
    assert cloud.made("virtualNetworks") == []
    assert cloud.made("subnets") == ["c-subnet"]
    assert cloud.sent("subnets")["properties"]["addressPrefix"] == "10.50.2.0/24"


def test_an_existing_subnet_by_id_in_another_group_is_used_and_never_written(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/net", bodies.group())
    net = cloud.seed(
        "resourceGroups/net/providers/Microsoft.Network/virtualNetworks/hub",
        bodies.network("10.50.0.0/16", nodes="10.50.3.0/24"),
    )
    made = create(cloud, f"{NEW} --vnet-subnet-id {net}/subnets/nodes")
    assert made["agentPoolProfiles"][0]["vnetSubnetId"] == f"{net}/subnets/nodes"
    assert not [path for path in cloud.writes if "/virtualNetworks/" in path and "roleAssignments" not in path]


def test_a_network_in_another_region_is_refused_before_any_write(cloud: Cloud) -> None:
    cloud.seed(GROUP, bodies.group())
    cloud.seed(
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/hub",
        bodies.network("10.50.0.0/16", location="northeurope", nodes="10.50.3.0/24"),
    )
    ran = cloud(f"kubenet create {WHERE} --vnet-name hub --subnet-name nodes")
    assert (ran.code, ran.out, cloud.writes) == (1, "", [])
    assert "hub is in northeurope, and the cluster would be in westeurope [network-location]" in ran.err


# -- identities and roles


def seeded_network(cloud: Cloud) -> str:
    """Group, network with a subnet, and the identity that create would make; the identity's principal."""
    cloud.seed(GROUP, bodies.group())
    cloud.seed(NET, bodies.network("192.168.0.0/16", **{"c-subnet": "192.168.1.0/24"}))
    cloud.seed(IDENTITY, {"location": "westeurope"})
    return str(cloud.arm.state[f"{SUB}/{IDENTITY}"]["properties"]["principalId"])


def test_the_role_is_granted_to_the_clusters_own_principal(cloud: Cloud) -> None:
    create(cloud)
    principal = cloud.arm.state[f"{SUB}/{IDENTITY}"]["properties"]["principalId"]
    (grant,) = assignments(cloud)
    assert grant["principalId"] == principal
    assert grant["scope"] == f"{SUB}/{NET}/subnets/c-subnet"
    assert grant["roleDefinitionId"].endswith("/4d97b98b-1d4f-4787-a291-c67834d212e7")


def test_the_articles_role_and_scope(cloud: Cloud) -> None:
    create(cloud, f"{NEW} --role Contributor --role-scope vnet")
    (grant,) = assignments(cloud)
    assert grant["scope"] == f"{SUB}/{NET}"
    assert grant["roleDefinitionId"].endswith("/b24988ac-6180-42a0-ab88-20f7382dd24c")


@pytest.mark.parametrize(
    ("role", "scope"),
    [("Network Contributor", f"{SUB}/{NET}/subnets/c-subnet"), ("Network Contributor", f"{SUB}/{NET}"),
     ("Contributor", f"{SUB}/{GROUP}"), ("Owner", SUB)],
    ids=["on the subnet", "on the network", "a broader role on the group", "Owner of the subscription"],
)  # fmt: skip
def test_a_grant_that_exists_or_is_inherited_counts(cloud: Cloud, role: str, scope: str) -> None:
    principal = seeded_network(cloud)
    cloud.arm.cloud.roles.grant(principal, role, scope)
    create(cloud, WHERE)
    assert cloud.made("roleAssignments") == []


@pytest.mark.parametrize("case", ["another principal's", "a lesser role", "a grant on a neighbour"])
def test_a_grant_that_does_not_give_this_principal_what_it_needs_does_not_count(cloud: Cloud, case: str) -> None:
    principal = seeded_network(cloud)
    cloud.seed(f"{NET}/subnets/c-subnet2", bodies.subnet("192.168.2.0/24"))
    stranger = cloud.arm.cloud.directory.add_service_principal("stranger")["id"]
    who, role, subnet = {
        "another principal's": (stranger, "Network Contributor", "c-subnet"),
        "a lesser role": (principal, "Reader", "c-subnet"),
        "a grant on a neighbour": (principal, "Network Contributor", "c-subnet2"),
    }[case]
    cloud.arm.cloud.roles.grant(who, role, f"{SUB}/{NET}/subnets/{subnet}")
    create(cloud, WHERE)
    assert cloud.sent("roleAssignments")["properties"]["principalId"] == principal


def test_an_existing_identity_is_used_and_never_written(cloud: Cloud) -> None:
    cloud.seed("resourceGroups/ids", bodies.group())
    identity = cloud.seed(
        "resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine", {"location": "westeurope"}
    )
    made = create(cloud, f"{NEW} --assign-identity {identity}")
    assert [key.lower() for key in made["identity"]["userAssignedIdentities"]] == [identity.lower()]
    assert cloud.made("userAssignedIdentities") == []
    assert assignments(cloud)[0]["principalId"] == cloud.arm.state[identity]["properties"]["principalId"]


def test_a_system_assigned_identity_gets_its_role_once_it_exists(cloud: Cloud) -> None:
    shown = create(cloud, f"{NEW} --identity-type systemAssigned --dry-run")
    assert [(row["action"], row["kind"]) for row in shown[-2:]] == [
        ("create", "cluster"),
        ("create", "role assignment"),
    ]
    assert cloud.writes == []
    made = create(cloud, f"{NEW} --identity-type systemAssigned")
    assert made["identity"]["type"] == "SystemAssigned"
    assert cloud.made("userAssignedIdentities") == []
    (grant,) = assignments(cloud)
    assert grant["principalId"] == made["identity"]["principalId"]
    cloud.arm.ledger.clear()
    assert create(cloud, f"{NEW} --identity-type systemAssigned") == made
    assert cloud.writes == []


def test_an_existing_service_principal(cloud: Cloud) -> None:
    existing = cloud.arm.cloud.directory.add_service_principal("mine")
    ran = cloud(f"kubenet create {NEW} --service-principal {existing['appId']} --client-secret {PASSWORD}")
    assert ran.code == 0, ran.err
    assert ran.json["servicePrincipalProfile"]["clientId"] == existing["appId"]
    assert cloud.sent("managedClusters")["properties"]["servicePrincipalProfile"]["secret"] == PASSWORD
    assert not [path for path in cloud.writes if "/v1.0/" in path]
    assert [grant["principalId"] for grant in assignments(cloud)] == [existing["id"]]
    assert PASSWORD not in ran.out + ran.err + str(cloud.arm.ledger)


def test_a_new_service_principal_and_no_secret_anywhere(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW} --create-service-principal")
    assert ran.code == 0, ran.err
    graph = [path.split("/v1.0/")[1] for path in cloud.writes if "/v1.0/" in path]
    assert [path.split("/")[0] for path in graph] == ["applications", "servicePrincipals", "applications"]
    (name,) = [entry.body["displayName"] for entry in cloud.arm.ledger.writes() if entry.path == "/v1.0/applications"]
    assert name == "c-sp"
    profile = cloud.sent("managedClusters")["properties"]["servicePrincipalProfile"]
    assert ran.json["servicePrincipalProfile"]["clientId"] == profile["clientId"]
    assert len(profile["secret"]) > 8
    kept = "".join(path.read_text("utf-8", "replace") for path in cloud.az.home.rglob("*") if path.is_file())
    assert profile["secret"] not in ran.out + ran.err + str(cloud.arm.ledger) + kept
    cloud.arm.ledger.clear()
    again = cloud(f"kubenet create {NEW} --create-service-principal")
    assert (again.code, again.out, cloud.writes) == (0, ran.out, []), again.err


# -- only where there is none


def test_a_cluster_is_sent_on_the_condition_that_there_is_none(cloud: Cloud) -> None:
    ran = cloud(f"kubenet create {NEW}")
    assert ran.code == 0, ran.err
    (put,) = [each for each in cloud.arm.ledger.writes() if each.path.endswith("/managedClusters/c")]
    assert put.headers["if-none-match"] == "*"
    assert "if-match" not in put.headers


def test_a_condition_of_the_user_s_own_keeps_its_meaning(cloud: Cloud) -> None:
    """A creation that must change what is there: Azure refuses it, for nothing is there."""
    ran = cloud(f"kubenet create {NEW} --if-match some-etag")
    assert ran.code == 1
    (put,) = [each for each in cloud.arm.ledger.writes() if each.path.endswith("/managedClusters/c")]
    assert (put.status, put.headers["if-match"].strip('"')) == (412, "some-etag")
    assert "if-none-match" not in put.headers
    assert "Traceback" not in ran.err


def test_of_two_runs_at_once_one_makes_the_cluster_and_the_other_says_that_it_is_not_its_own(cloud: Cloud) -> None:
    """Whoever comes second never calls the other's cluster made, and takes nothing away from under it."""
    ran = cloud.shell(
        f"az kubenet create {NEW} --node-count 3 --rollback-on-failure -o none 2> 3.txt & first=$!; "
        f"az kubenet create {NEW} --node-count 5 --rollback-on-failure -o none 2> 5.txt; second=$?; "
        'wait $first; echo "$? $second"; cat 3.txt 5.txt >&2'
    )
    assert sorted(ran.out.split()) == ["0", "1"], ran.err
    assert ran.err.count("+ cluster c ") == 1
    assert not [each for each in cloud.writes if each.startswith("DELETE")], ran.err
    counts = [pool["count"] for pool in cloud.arm.state[f"{SUB}/{CLUSTER}"]["properties"]["agentPoolProfiles"]]
    assert f"+ cluster c kubenet, {counts[0]} nodes" in ran.err
