"""`az kubenet create`, each way: what was typed is what Azure was sent, to the one principal it is meant for."""

from __future__ import annotations

from tests.scenario.base import Scenario
from tests.scenario.checks import Option

# Azure's own names of its built-in roles
NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"

GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
NETWORKS = f"{GROUP}/providers/Microsoft.Network/virtualNetworks"
NEW_SUBNET = f"{NETWORKS}/kube-vnet/subnets/kube-subnet"
OWN_IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/kube-identity"
POOL = "properties.agentPoolProfiles[0]"
PROFILE = "properties.networkProfile"


class Create(Scenario):
    """Creation."""

    def location(self) -> Option:
        """Where all of it lies."""
        return Option(
            "--location {location}",
            self.check("location", "{location}"),
            self.sends("managedClusters", "location", "{location}"),
        )

    def conventional(self, **sent: object) -> list:
        """The conventional plan, as the cluster's body carries it."""
        wanted = {"podCidr": "10.244.0.0/16", "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", **sent}
        return [
            self.sends("managedClusters", f"{PROFILE}.networkPlugin", "kubenet"),
            *(self.sends("managedClusters", f"{PROFILE}.{key}", value) for key, value in wanted.items()),
            *(self.check(f"networkProfile.{key.replace('IP', 'Ip')}", value) for key, value in wanted.items()),
        ]

    def given_group(self) -> None:
        """The resource group."""
        self.given("group create -n {group} -l {location}")

    def given_network(self) -> None:
        """A network with two subnets."""
        self.given_group()
        self.given(
            "network vnet create -g {group} -n hub -l {location} --address-prefixes 10.50.0.0/16 "
            "--subnet-name nodes --subnet-prefixes 10.50.3.0/24"
        )
        self.given("network vnet subnet create -g {group} --vnet-name hub -n other --address-prefixes 10.50.0.0/24")

    # -- networks

    def test_all_new(self) -> None:
        self.create(
            Option(
                "--location {location}",
                self.check("location", "{location}"),
                self.sends("resourceGroups", "location", "{location}"),
                self.sends("virtualNetworks", "location", "{location}"),
                self.sends("userAssignedIdentities", "location", "{location}"),
                self.sends("managedClusters", "location", "{location}"),
                self.writes(
                    "resourceGroups",
                    {"virtualNetworks", "userAssignedIdentities"},
                    "roleAssignments",
                    "managedClusters",
                ),
                self.sends("virtualNetworks", "properties.addressSpace.addressPrefixes", ["192.168.0.0/16"]),
                self.sends("virtualNetworks", "properties.subnets[].name", ["kube-subnet"]),
                self.sends("virtualNetworks", "properties.subnets[].properties.addressPrefix", ["192.168.1.0/24"]),
                self.sends("managedClusters", f"{POOL}.vnetSubnetID", NEW_SUBNET),
                self.sends("managedClusters", f"{POOL}.count", 3),
                self.sends("managedClusters", f"{POOL}.maxPods", 110),
                self.sends("managedClusters", "identity.type", "UserAssigned"),
                self.sends("managedClusters", "keys(identity.userAssignedIdentities)", [OWN_IDENTITY]),
                self.answered("userAssignedIdentities", "properties.principalId", "principal"),
                self.grants("{principal}", NETWORK_CONTRIBUTOR, NEW_SUBNET),
                self.check("agentPoolProfiles[0].vnetSubnetId", NEW_SUBNET),
                self.check("provisioningState", "Succeeded"),
                self.says("+ resource group", "+ virtual network", "+ identity", "+ role assignment", "+ cluster"),
                *self.conventional(),
            )
        )

    def test_every_range(self) -> None:
        self.create(
            self.location(),
            Option(
                "--vnet-name net --subnet-name nodes",
                self.sends("managedClusters", f"{POOL}.vnetSubnetID", f"{NETWORKS}/net/subnets/nodes"),
                self.check("agentPoolProfiles[0].vnetSubnetId", f"{NETWORKS}/net/subnets/nodes"),
            ),
            Option(
                "--vnet-address-prefixes 10.20.0.0/16 10.21.0.0/16",
                self.sends(
                    "virtualNetworks", "properties.addressSpace.addressPrefixes", ["10.20.0.0/16", "10.21.0.0/16"]
                ),
            ),
            Option(
                "--subnet-prefix 10.21.7.0/25",
                self.sends("virtualNetworks", "properties.subnets[].properties.addressPrefix", ["10.21.7.0/25"]),
            ),
            Option(
                "--pod-cidr 10.64.0.0/18 --service-cidr 10.96.0.0/20 --dns-service-ip 10.96.0.10",
                *self.conventional(podCidr="10.64.0.0/18", serviceCidr="10.96.0.0/20", dnsServiceIP="10.96.0.10"),
            ),
            Option(
                "--docker-bridge-address 172.18.0.1/16",  # checked, and never sent
                self.sends("managedClusters", f"{PROFILE}.dockerBridgeCidr", None),
                self.says("[docker-bridge-not-sent]"),
            ),
            Option("--node-count 2", self.sends("managedClusters", f"{POOL}.count", 2)),
            Option("--max-pods 60", self.sends("managedClusters", f"{POOL}.maxPods", 60)),
        )

    def test_existing_network(self) -> None:
        self.given_network()
        self.create(
            Option(
                "--vnet-name hub",
                self.writes({"subnets", "userAssignedIdentities"}, "roleAssignments", "managedClusters"),
                self.sends("managedClusters", f"{POOL}.vnetSubnetID", f"{NETWORKS}/hub/subnets/pool"),
                self.answered("userAssignedIdentities", "properties.principalId", "principal"),
                self.grants("{principal}", NETWORK_CONTRIBUTOR, f"{NETWORKS}/hub/subnets/pool"),
            ),
            Option(
                "--subnet-name pool", self.check("agentPoolProfiles[0].vnetSubnetId", f"{NETWORKS}/hub/subnets/pool")
            ),
            Option("--subnet-prefix /26", self.sends("subnets", "properties.addressPrefix", "10.50.1.0/26")),
        )

    def test_existing_subnet(self) -> None:
        self.given_network()
        self.create(
            Option(
                f"--vnet-subnet-id {NETWORKS}/hub/subnets/nodes",
                self.writes("userAssignedIdentities", "roleAssignments", "managedClusters"),
                self.sends("managedClusters", f"{POOL}.vnetSubnetID", f"{NETWORKS}/hub/subnets/nodes"),
                self.check("agentPoolProfiles[0].vnetSubnetId", f"{NETWORKS}/hub/subnets/nodes"),
                self.answered("userAssignedIdentities", "properties.principalId", "principal"),
                self.grants("{principal}", NETWORK_CONTRIBUTOR, f"{NETWORKS}/hub/subnets/nodes"),
            )
        )

    def test_own_route_table(self) -> None:
        self.given_network()
        self.given("network route-table create -g {group} -n routes -l {location}")
        self.given("network vnet subnet update -g {group} --vnet-name hub -n nodes --route-table routes")
        self.create(
            Option(
                f"--vnet-subnet-id {NETWORKS}/hub/subnets/nodes",
                self.writes("userAssignedIdentities", "roleAssignments", "roleAssignments", "managedClusters"),
                self.sends("managedClusters", "identity.type", "UserAssigned"),
                self.sends("managedClusters", f"{POOL}.vnetSubnetID", f"{NETWORKS}/hub/subnets/nodes"),
                self.answered("userAssignedIdentities", "properties.principalId", "principal"),
                self.grants(
                    "{principal}",
                    NETWORK_CONTRIBUTOR,
                    f"{NETWORKS}/hub/subnets/nodes",
                    f"{GROUP}/providers/Microsoft.Network/routeTables/routes",
                ),
            )
        )

    # -- identities

    def test_assigned_identity(self) -> None:
        self.given_group()
        self.given("identity create -g {group} -n another -l {location}")  # the grant must not go to this one
        self.given("identity create -g {group} -n mine -l {location}", identity="id", principal="principalId")
        self.create(
            self.location(),
            Option(
                "--assign-identity {identity}",
                self.writes("virtualNetworks", "roleAssignments", "managedClusters"),
                self.sends("managedClusters", "identity.type", "UserAssigned"),
                self.sends("managedClusters", "keys(identity.userAssignedIdentities)", ["{identity}"]),
                self.check("keys(identity.userAssignedIdentities)[0]", "{identity}", case_sensitive=False),
                self.grants("{principal}", NETWORK_CONTRIBUTOR, NEW_SUBNET),
            ),
        )

    def test_system_assigned(self) -> None:
        self.create(
            self.location(),
            Option(
                "--identity-type systemAssigned",
                self.writes("resourceGroups", "virtualNetworks", "managedClusters", "roleAssignments"),
                self.sends("managedClusters", "identity.type", "SystemAssigned"),
                self.check("identity.type", "SystemAssigned"),
                self.prints("identity.principalId", "principal"),
                self.grants("{principal}", NETWORK_CONTRIBUTOR, NEW_SUBNET),
            ),
        )

    def test_existing_service_principal(self) -> None:
        self.given("ad sp create-for-rbac -n {group}", appId="appId", password="password")
        self.given("ad sp show --id {appId}", principal="id")
        self.afterwards("ad app delete --id {appId}")
        self.create(
            self.location(),
            Option(
                "--service-principal {appId}",
                self.writes("resourceGroups", "virtualNetworks", "roleAssignments", "managedClusters"),
                self.sends("managedClusters", "identity", None),
                self.sends("managedClusters", "properties.servicePrincipalProfile.clientId", "{appId}"),
                self.check("servicePrincipalProfile.clientId", "{appId}"),
                self.grants("{principal}", NETWORK_CONTRIBUTOR, NEW_SUBNET),
            ),
            Option(
                "--client-secret {password}",
                self.sends("managedClusters", "properties.servicePrincipalProfile.secret", "{password}"),
                self.shows_nowhere("password"),
            ),
        )

    def test_new_service_principal(self) -> None:
        self.create(
            self.location(),
            Option(
                "--create-service-principal",
                self.answered("applications", "appId", "appId"),
                self.answered("servicePrincipals", "id", "principal"),
                self.answered("addPassword", "secretText", "password"),
                self.sends("applications", "displayName", "kubenet-new-sp-sp"),
                self.sends("servicePrincipals", "appId", "{appId}"),
                self.sends("managedClusters", "properties.servicePrincipalProfile.clientId", "{appId}"),
                self.sends("managedClusters", "properties.servicePrincipalProfile.secret", "{password}"),
                self.shows_nowhere("password"),
            ),
            Option("--role Contributor", self.grants("{principal}", CONTRIBUTOR, f"{NETWORKS}/kubenet-new-sp-vnet")),
            Option("--role-scope vnet", self.grants("{principal}", CONTRIBUTOR, f"{NETWORKS}/kubenet-new-sp-vnet")),
            where="-g {group} -n kubenet-new-sp",
        )
        self.afterwards("ad app delete --id {appId}")

    # -- what is passed on to az aks create

    def test_features(self) -> None:
        self.create(
            self.location(),
            Option(
                "--network-policy calico",
                self.sends("managedClusters", f"{PROFILE}.networkPolicy", "calico"),
                self.check("networkProfile.networkPolicy", "calico"),
            ),
            Option(
                "--enable-cluster-autoscaler",
                self.sends("managedClusters", f"{POOL}.enableAutoScaling", True),
                self.check("agentPoolProfiles[0].enableAutoScaling", True),
            ),
            Option(
                "--min-count 2 --max-count 40 --node-count 4",
                self.sends("managedClusters", f"[{POOL}.minCount, {POOL}.maxCount, {POOL}.count]", [2, 40, 4]),
                self.check("agentPoolProfiles[0].[minCount, maxCount, count]", [2, 40, 4]),
            ),
            Option(
                "--node-vm-size Standard_D4s_v5",
                self.sends("managedClusters", f"{POOL}.vmSize", "Standard_D4s_v5"),
                self.check("agentPoolProfiles[0].vmSize", "Standard_D4s_v5"),
            ),
            Option(
                "--zones 1 2",
                self.sends("managedClusters", f"{POOL}.availabilityZones", ["1", "2"]),
                self.check("agentPoolProfiles[0].availabilityZones", ["1", "2"]),
            ),
            Option(
                "--tags env=test team=net",
                self.sends("managedClusters", "tags", {"env": "test", "team": "net"}),
                self.check("tags", {"env": "test", "team": "net"}),
            ),
            Option("--nodepool-name main", self.sends("managedClusters", f"{POOL}.name", "main")),
            Option("--node-osdisk-size 64", self.sends("managedClusters", f"{POOL}.osDiskSizeGB", 64)),
            Option("--max-pods 50", self.sends("managedClusters", f"{POOL}.maxPods", 50)),
            Option(
                "--outbound-type loadBalancer",
                self.sends("managedClusters", f"{PROFILE}.outboundType", "loadBalancer"),
                self.check("networkProfile.outboundType", "loadBalancer"),
            ),
            Option("--tier standard", self.sends("managedClusters", "sku.tier", "Standard")),
            Option(
                "--extra-ips 70 --max-surge 50%",  # 40 + 20 + 70: without either, a /25 would do
                self.sends("virtualNetworks", "properties.subnets[].properties.addressPrefix", ["192.168.1.0/24"]),
            ),
        )

    def test_no_wait(self) -> None:
        ran = self.cmd("kubenet create -g {group} -n kube --no-ssh-key --location {location} --no-wait")
        self.sends("managedClusters", "location", "{location}")(ran)
        assert ran.output == ""
        assert ran.requests[-1].kind == "managedClusters"
        assert ran.requests[-1].method == "PUT"  # nothing waits for the cluster

    # -- a plan through a pipe

    def test_pipe(self) -> None:
        planned = self.cmd("kubenet plan --max-count 100 --max-surge 33% --exclude-prefixes 10.0.0.0/8")
        assert planned.requests == []
        plan = planned.get_output_in_json()
        assert not plan["podCidr"].startswith("10.")
        ranges = {"podCidr": plan["podCidr"], "serviceCidr": plan["serviceCidr"], "dnsServiceIP": plan["dnsServiceIp"]}
        self.create(
            self.location(),
            Option(
                "--plan @-",
                *self.conventional(**ranges),
                self.sends("virtualNetworks", "properties.addressSpace.addressPrefixes", plan["vnetAddressPrefixes"]),
                self.sends("virtualNetworks", "properties.subnets[].properties.addressPrefix", [plan["subnetPrefix"]]),
            ),
            stdin=planned.output,
        )

    # -- again

    def test_second_run(self) -> None:
        first = self.create(self.location())
        second = self.cmd("kubenet create -g {group} -n kube --no-ssh-key --location {location}")
        assert (second.writes, second.output) == ([], first.output)
        marks = [line[0] for line in second.error.splitlines() if line[:2] in ("+ ", "= ", "! ")]
        assert marks == ["="] * 5, second.error

    def test_conflict(self) -> None:
        self.create(self.location())
        ran = self.refused(
            "--location {location} --node-count 5 --pod-cidr 10.64.0.0/16 --subnet-prefix 192.168.2.0/24"
        )
        self.says("count is 3, not 5", "not 10.64.0.0/16", "not 192.168.2.0/24", "[existing-resource-differs]")(ran)
        assert ran.requests  # it has looked before it refused

    # -- refused

    def test_refused_range(self) -> None:
        ran = self.refused("--location {location} --pod-cidr 10.0.0.0/16 --service-cidr 10.0.0.0/16")
        self.says("[pod-service-overlap]")(ran)
        assert ran.requests == []

    def test_refused_absent(self) -> None:
        ran = self.refused(f"--location {{location}} --vnet-subnet-id {NETWORKS}/hub/subnets/nodes", code=3)
        self.says("no virtual network hub in it")(ran)

    def test_refused_occupied(self) -> None:
        self.given_network()
        self.given("network vnet subnet create -g {group} --vnet-name hub -n small --address-prefixes 10.50.9.0/28")
        for number in range(9):
            self.given(f"network nic create -g {{group}} -n nic{number} --vnet-name hub --subnet small -l {{location}}")
        ran = self.refused(f"--vnet-subnet-id {NETWORKS}/hub/subnets/small")
        self.says("10.50.9.0/28", "9 ")(ran)


class Limited(Scenario):
    """The caller may read, and little more: recorded against a loopback Azure, for it takes another login."""

    loopback = {"caller_role": "Reader"}

    def test_refused_right(self) -> None:
        if self.is_live and self.arm is None:
            self.skipTest("it takes a login that may not write, which a caller who makes the other recordings is not")
        ran = self.refused("--location {location}")
        self.says("Microsoft.Resources/subscriptions/resourceGroups/write", "az role assignment create")(ran)
        assert {each.method for each in ran.requests} == {"GET"}
