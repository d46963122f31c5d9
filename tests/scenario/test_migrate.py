"""`az kubenet migrate`: looked at, moved by one PUT, proven, and left alone the second time."""

from __future__ import annotations

from tests.scenario.base import Scenario

MOVE = "kubenet migrate -g {group} -n kube --accept-risk cluster-not-inspected --yes"


class Moving(Scenario):
    """Moving clusters."""

    def cluster(self) -> None:
        """A cluster of two nodes in a network of AKS's."""
        self.given("group create -n {group} -l {location}")
        self.given(
            "aks create -g {group} -n kube -l {location} --network-plugin kubenet --node-count 2 --no-ssh-key "
            "--enable-managed-identity --yes"
        )

    def test_migrate_dry(self) -> None:
        self.cluster()
        dry = self.cmd(
            "kubenet migrate -g {group} -n kube --accept-risk cluster-not-inspected --dry-run",
            [self.check("steps[].[step, action]", [["overlay", "update"]]), self.check("readiness", "ready")],
        )
        assert (dry.exit_code, dry.writes) == (0, [])

    def test_migrate(self) -> None:
        self.cluster()
        moved = self.cmd(
            MOVE,
            [
                self.check("proof.[holds, networkPlugin, networkPluginMode]", [True, "azure", "overlay"]),
                self.check("steps[].state", ["done"]),
                self.says('network_plugin_mode = "overlay"'),
            ],
        )
        assert (moved.exit_code, len(moved.writes)) == (0, 1)
        again = self.cmd(MOVE, [self.check("readiness", "moved"), self.check("proof.holds", True)])
        assert (again.exit_code, again.writes) == (0, [])

    def test_migrate_absent(self) -> None:
        self.given("group create -n {group} -l {location}")
        ran = self.cmd(MOVE, expect_failure=True)
        self.says("cluster kube does not exist in resource group")(ran)
        assert (ran.exit_code, ran.output, ran.writes) == (3, "", [])
