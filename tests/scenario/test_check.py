"""`az kubenet check` and `az kubenet list` of clusters that exist: reads alone, and an answer whatever they find."""

from __future__ import annotations

from tests.scenario.base import Scenario


class Existing(Scenario):
    """Looking at clusters."""

    def cluster(self) -> None:
        """A cluster of three nodes in a /28, which has room for eight more."""
        self.given("group create -n {group} -l {location}")
        self.given(
            "network vnet create -g {group} -n corp -l {location} --address-prefixes 10.30.0.0/16 "
            "--subnet-name nodes --subnet-prefixes 10.30.1.0/28"
        )
        self.given("network vnet subnet show -g {group} --vnet-name corp -n nodes", subnet="id")
        self.given(
            "aks create -g {group} -n kube -l {location} --network-plugin kubenet --vnet-subnet-id {subnet} "
            "--node-count 3 --no-ssh-key --enable-managed-identity --yes --skip-subnet-role-assignment"
        )

    def test_check(self) -> None:
        self.cluster()
        ran = self.cmd(
            "kubenet check -g {group} -n kube --add-nodes 9 --fail-on never",
            [
                self.check("name", "kube"),
                self.check("nodeCount", 3),
                self.check("canUpgrade", False),  # the identity has no role on the subnet
                self.check("canScaleBy", 8),
                self.check("limitedBy", "subnet"),
                self.check("limits[0].[limit, resource, total, used, free]", ["subnet", "nodes", 11, 3, 8]),
                self.check("routes.[ofNodes, missing, stale, associated]", [3, [], [], True]),
                self.check("retirement.date", "2028-03-31"),
                self.says("added-nodes-room: 9 nodes more do not fit"),
            ],
        )
        assert (ran.exit_code, ran.writes) == (0, [])
        assert len(ran.requests) <= 14

    def test_check_lost_table(self) -> None:
        self.cluster()
        self.given("network vnet subnet update -g {group} --vnet-name corp -n nodes --route-table null")
        ran = self.cmd(
            "kubenet check -g {group} -n kube --fail-on never",
            [
                self.check("routes.associated", False),
                self.check("contains(findings[].rule, 'route-table-missing')", True),
                self.says("az network vnet subnet update --ids"),
            ],
        )
        assert (ran.exit_code, ran.writes) == (0, [])

    def test_check_absent(self) -> None:
        self.given("group create -n {group} -l {location}")
        ran = self.cmd("kubenet check -g {group} -n kube", expect_failure=True)
        self.says("cluster kube does not exist in resource group")(ran)
        assert (ran.exit_code, ran.output, ran.writes) == (3, "", [])

    def test_list(self) -> None:
        self.cluster()
        ran = self.cmd(
            "kubenet list --fail-on never",
            [
                self.check("[0].[name, nodeCount, freeInSubnet, headroom, limitedBy]", ["kube", 3, 8, 8, "subnet"]),
                self.check("[0].[network, networkPolicy, canUpgrade]", ["own", None, True]),
                self.says("1 kubenet cluster"),
            ],
        )
        assert (ran.exit_code, ran.writes) == (0, [])
