"""What preflight costs: which reads, and in how many rounds."""

import threading
from dataclasses import replace

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.reads import Reader
from azext_kubenet.checks import Phase, run_checks
from azext_kubenet.options.choices import SYSTEM_ASSIGNED
from tests.unit.checks.wire import (
    CLUSTERS,
    GATEWAY,
    GROUP,
    NAMES,
    NSG,
    PERMISSIONS,
    READER,
    SUB,
    TABLE,
    Wire,
    early,
    network,
    of,
    phase_of,
    run,
    situation,
    subnet,
)

PROVIDERS = [f"{SUB}/providers/Microsoft.{each}" for each in ("ContainerService", "ManagedIdentity", "Network")]
#: Locks and policies of the subscription: one read each tells of everything that will be written.
OBSTACLES = [f"{SUB}/providers/Microsoft.Authorization/{each}" for each in ("locks", "policyAssignments")]
NEW = [GROUP + PERMISSIONS, SUB + PERMISSIONS, *PROVIDERS, *OBSTACLES]
HUNG = subnet(routeTable={"id": TABLE}, networkSecurityGroup={"id": NSG}, natGateway={"id": GATEWAY})
NAMED = [*NEW, NAMES.subnet_id + PERMISSIONS, CLUSTERS]
ELSEWHERE = "/subscriptions/s/resourceGroups/h/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"

# (what is there, the situation, whether the network was named, the reads)
ROWS = (
    ("nothing", situation(group=False), False, NEW),
    (
        "nothing, and the identity comes with the cluster",
        situation(group=False, identity_kind=SYSTEM_ASSIGNED),
        False,
        [each for each in NEW if "ManagedIdentity" not in each],
    ),
    ("a group", situation(), False, NEW),
    ("a group, and the role is to be granted", situation(grant_scopes=(NAMES.subnet_id,)), False, NEW),
    ("a network that was named, and its subnet", situation(network(subnet())), True, NAMED),
    ("a network that was named, without the subnet", situation(network()), True, [*NAMED, NAMES.vnet_id + PERMISSIONS]),
    ("a network of our own making", situation(network(subnet())), False, NAMED),
    (
        "a subnet with all that can hang on one",
        situation(network(HUNG), outbound_type="userDefinedRouting"),
        True,
        [*NAMED, NSG, TABLE],
    ),
    (
        "an outbound type that asks for the gateway",
        situation(network(HUNG), outbound_type="userAssignedNATGateway"),
        True,
        [*NAMED, NSG, TABLE, GATEWAY],
    ),
    (
        "an identity that was named in the group",
        situation(names=replace(NAMES, identity_id=f"{GROUP}/i")),
        False,
        [*NEW, f"{GROUP}/i{PERMISSIONS}"],
    ),
    (
        "an identity that was named elsewhere",
        situation(names=replace(NAMES, identity_id=ELSEWHERE)),
        False,
        [*NEW, ELSEWHERE + PERMISSIONS],
    ),
)


@pytest.mark.parametrize(("wanted", "named", "reads"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_no_more_is_read_than_must_be_and_each_once(wanted, named, reads):
    assert sorted(run(wanted, named=named)[1]) == sorted(reads)


def test_of_a_cluster_that_exists_nothing_is_read_and_nothing_told():
    assert run(situation(network(HUNG), cluster={"id": NAMES.cluster_id}, identity={"name": "i"})) == ([], [])


def test_a_role_still_to_be_granted_matters_to_a_cluster_that_exists():
    there = {"cluster": {"id": NAMES.cluster_id}, "identity": {"name": "i"}}
    found, asked = run(
        situation(network(subnet()), grant_scopes=(NAMES.subnet_id,), **there), {NAMES.subnet_id + PERMISSIONS: READER}
    )
    assert [each.rule for each in found] == ["caller-may-grant"]
    assert sorted(asked) == sorted([NAMES.subnet_id + PERMISSIONS, OBSTACLES[0]])


class Slow(Wire):
    """Answers once as many questions as one round holds are there: all of them must be under way together."""

    def __init__(self, together):
        super().__init__()
        self._all_there = threading.Barrier(together)

    def _answer(self, path):
        self._all_there.wait(timeout=60)
        return super()._answer(path)


@pytest.mark.parametrize(("wanted", "named", "reads"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_all_reads_are_under_way_together(wanted, named, reads):
    with Reader(Slow(len(reads))) as reader:
        reader.prefetch(early(wanted, named))
        run_checks(replace(wanted, reader=reader), phase_of(wanted))


@pytest.mark.parametrize("status", [0, 401, 403, 404, 429, 500, 503])
def test_what_azure_does_not_answer_is_a_warning(status):
    found, _ = run(situation(), {PROVIDERS[0]: AzureError(status, "ServerTimeout", "later")})
    assert [(each.rule, each.severity.value) for each in found] == [("providers-registered", "warning")]
    assert "could not be read: (ServerTimeout) later; this was not checked" in found[0].message


def test_what_others_found_is_told_beside_it():
    answers = {PROVIDERS[0]: AzureError(503, "ServerTimeout", "later"), SUB + PERMISSIONS: []}
    found, _ = run(situation(group=False), answers)
    assert [each.rule for each in found] == ["caller-may-write", "providers-registered"]


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("status", [0, 401, 403, 404, 429, 500, 503])
def test_no_read_of_a_check_is_needed(phase, status):
    """Whatever Azure does not answer, of all that the checks ask for: nothing is refused for that alone."""
    cluster = {"id": NAMES.cluster_id} if phase is Phase.EXISTING else None
    hung = subnet(routeTable={"id": TABLE}, networkSecurityGroup={"id": NSG})
    wanted = situation(network(hung), cluster=cluster, grant_scopes=(NAMES.subnet_id,))
    with Reader(Nothing(AzureError(status, "ServerTimeout", "later"))) as reader:
        found = run_checks(replace(wanted, reader=reader), phase)
    assert found
    assert of(found) == []


class Nothing(Wire):
    """Answers each question with the same error."""

    def __init__(self, error):
        super().__init__()
        self._error = error

    def _answer(self, path):
        raise self._error
