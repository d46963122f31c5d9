"""No answer, and no answer with a hole in it, is taken for "all is well": a check says what it could not look at."""

from __future__ import annotations

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.checks.running import Outcome, look_into
from tests.unit.checks.running.world import CLUSTER, NETWORK, NODES, Pool, World

#: What is asked for otherwise where it may not be read: a cluster with versions on offer is in support.
_OTHER_WAY = "/kubernetesVersions"
#: What is asked for at other scopes where it may not be read at one.
_SCOPED = ("/roleAssignments", "/locks")


def world() -> World:
    """A healthy cluster whose subnets and rights leave nothing to chance."""
    made = World([Pool("a", 3, most=5, mode="System"), Pool("b", 2, subnet=1)], [24, 24], [0, 0])
    made.changed["/subscriptions/s/providers/Microsoft.ContainerService/managedClusters"] = [made.cluster()]
    return made


def paths() -> list[str]:
    """What is asked of Azure for it."""
    made = world()
    assert look_into(made.context()) == ((), (), None)
    return [each for each in dict.fromkeys(made.asked) if each != CLUSTER and not each.endswith(_OTHER_WAY)]


def everywhere(made: World, path: str) -> list[str]:
    """A path, and those that are asked in its place."""
    provider = f"/providers/Microsoft.Authorization{path[path.rindex('/') :]}"
    scopes = [made.subnet_id(0), made.subnet_id(1), f"{CLUSTER.partition('/providers/')[0]}", NODES]
    return [path, *(f"{scope}{provider}" for scope in scopes if path.endswith(_SCOPED))]


def said(outcome: Outcome) -> bool:
    """Whether anything is said to be wrong, or not to have been looked at."""
    return bool(outcome.findings and outcome.not_looked_at)


PATHS = paths()


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 0])
@pytest.mark.parametrize("path", PATHS)
def test_a_refusal_is_said(path: str, status: int) -> None:
    made = world()
    made.hidden.update(dict.fromkeys(everywhere(made, path), AzureError(status, "Refused", "no")))
    assert said(look_into(made.context()))


@pytest.mark.parametrize("path", [each for each in PATHS if not isinstance(world().answers().get(each, []), list)])
def test_an_empty_body_is_said(path: str) -> None:
    made = world()
    made.changed[path] = {}
    assert said(look_into(made.context()))


@pytest.mark.parametrize("path", [each for each in PATHS if isinstance(world().answers().get(each, []), list)])
def test_an_answer_without_a_list_is_said(path: str) -> None:
    made = world()
    made.unlisted.update(everywhere(made, path))
    assert said(look_into(made.context()))


def test_the_sweep_reads_what_a_check_reads() -> None:
    assert NETWORK in PATHS
    assert len(PATHS) >= 10
