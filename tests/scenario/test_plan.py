"""`az kubenet plan`: every option in the answer, not one request unless Azure is named, and reads alone then."""

from __future__ import annotations

from tests.scenario.base import Scenario


class Plan(Scenario):
    """Planning, which asks nobody."""

    def test_plan(self) -> None:
        ran = self.cmd(
            "kubenet plan --node-count 5 --max-count 90 --max-pods 60 --max-surge 33% --extra-ips 10 "
            "--vnet-address-prefixes /18 --subnet-prefix /23 --pod-cidr 10.64.0.0/16 --service-cidr /20 "
            "--dns-service-ip 10.0.0.10 --docker-bridge-address 172.18.0.1/16 --within 10.20.0.0/16 "
            "--exclude-prefixes 10.20.0.0/20",
            [
                self.check("nodeCount", 5),
                self.check("maxCount", 90),
                self.check("maxPods", 60),
                self.check("maxSurge", "33%"),
                self.check("extraIps", 10),
                self.check("vnetAddressPrefixes", ["10.20.64.0/18"]),
                self.check("subnetPrefix", "10.20.64.0/23"),  # the first block of --within that has nothing excluded
                self.check("podCidr", "10.64.0.0/16"),
                self.check("serviceCidr", "10.0.0.0/20"),
                self.check("dnsServiceIp", "10.0.0.10"),
                self.check("dockerBridgeAddress", "172.18.0.1/16"),
                self.check("networkPlugin", "kubenet"),
                self.says("31 March 2028"),
            ],
        )
        assert (ran.exit_code, ran.requests) == (0, [])

    def test_plan_refused(self) -> None:
        ran = self.cmd("kubenet plan --pod-cidr 10.0.0.0/15 --service-cidr 10.0.0.0/16", expect_failure=True)
        self.says("[pod-service-overlap]")(ran)
        assert (ran.exit_code, ran.output, ran.requests) == (1, "", [])

    def test_plan_network(self) -> None:
        self.given("group create -n {group} -l {location}")
        for name, prefix in (("hub", "10.50.0.0/16"), ("spoke", "10.244.0.0/16")):
            self.given(
                f"network vnet create -g {{group}} -n {name} -l {{location}} --address-prefixes {prefix} "
                f"--subnet-name taken --subnet-prefixes {prefix.replace('/16', '/24')}"
            )
        self.given("network vnet peering create -g {group} --vnet-name hub -n to-spoke --remote-vnet spoke")
        ran = self.cmd(
            "kubenet plan -g {group} --vnet-name hub --subnet-name nodes",
            [
                self.check("vnetAddressPrefixes", ["10.50.0.0/16"]),
                self.check("subnetPrefix", "10.50.1.0/24"),
                self.check("network.subnetName", "nodes"),
                self.check("network.subnetExists", False),
                self.check("contains(reasons.podCidr, 'network spoke, peered as to-spoke')", True),
            ],
        )
        assert (ran.exit_code, ran.writes) == (0, [])
        assert ran.requests
