"""Every error of real Azure, at the request where a creation could meet it: what passes is ridden out, anything else
stops the run with exit code 1, Azure's own code and words first, and our advice after them.

`tests/real/golden/errors.txt` keeps what is read, without Azure's words: KUBENET_UPDATE_GOLDEN=1 renews it.
"""

from __future__ import annotations

import copy
import difflib
import os
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from azext_kubenet.azure.azure_errors import AzureError, is_absence
from azext_kubenet.azure.resources import Names
from azext_kubenet.changes.remedies import remedy_for
from tests.loopback import recordings
from tests.loopback.authorization import assignments
from tests.loopback.core.options import CALLER_OBJECT, SUBSCRIPTION, TENANT, Options
from tests.loopback.core.wire import Answer, Call
from tests.loopback.seeds import bodies
from tests.loopback.server import faults
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.faults import ALWAYS, Fault
from tests.loopback.server.login import token
from tests.loopback.server.server import seed
from tests.real import errors
from tests.real.errors import RealError
from tests.real.wire import ARM, Az, Ran, answered, logged_in, no_waiting

UPDATE = "KUBENET_UPDATE_GOLDEN"
GOLDEN = Path(__file__).parent / "golden" / "errors.txt"
ERRORS = errors.all_of_them()
PASSWORD = "Pa55-never-shown-word"
PATIENCE = 60
BASE = ["--no-ssh-key", "-l", "westeurope", "--propagation-timeout", str(PATIENCE)]
SUB = f"/subscriptions/{SUBSCRIPTION}"
NETWORK = f"{SUB}/resourceGroups/rg/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/nodes"
IDENTITY = f"{SUB}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mine"

#: Statuses that pass by themselves, of whatever code.
PASSING_STATUSES = (408, 429, 500, 502, 503, 504)
#: What the user has named in the ways below, so that its absence is told with exit code 3.
NAMED = ("GET virtualNetworks", "GET userAssignedIdentities", "GET roleDefinitions")
#: Reads that make the answer better, and which no run needs: what they do not show was not looked at, and is a warning.
OPTIONAL = ("GET providers", "GET roleAssignments", "GET virtualNetworks")
#: Codes that pass by themselves, where they are met: a grant or an identity that spreads, an operation in the way, a
#: group or a network that this run has made and that is not known everywhere yet.
PASSING_CODES = {
    ("PrincipalNotFound", "PUT roleAssignments"), ("RoleAssignmentExists", "PUT roleAssignments"),
    ("AnotherOperationInProgress", "PUT subnets"), ("ServicePrincipalNotFound", "PUT managedClusters"),
    ("LinkedAuthorizationFailed", "PUT managedClusters"), ("CustomRouteTableMissingPermission", "PUT managedClusters"),
    ("Canceled", "operation virtualNetworks"), ("ParentResourceNotFound", "PUT managedClusters"),
    ("ResourceGroupNotFound", "PUT managedClusters"), ("ResourceGroupNotFound", "PUT virtualNetworks"),
}  # fmt: skip
#: What is no error, however often it comes: the very grant is there.
NO_ERROR = {("RoleAssignmentExists", "PUT roleAssignments")}


# -- the ways of create on which each request is sent


def _nothing(cloud: Cloud) -> list[str]:
    return []


def _existing(cloud: Cloud) -> list[str]:
    """An own network with route table and security group, and an own identity: all that can be read is there."""
    seed(cloud, f"{SUB}/resourceGroups/rg", bodies.group())
    table = seed(cloud, f"{NETWORK}/routeTables/table", {"location": "westeurope", "properties": {}})["id"]
    nsg = seed(cloud, f"{NETWORK}/networkSecurityGroups/sg", {"location": "westeurope", "properties": {}})["id"]
    seed(cloud, f"{NETWORK}/virtualNetworks/net", bodies.network("192.168.0.0/16"))
    body = bodies.subnet("192.168.4.0/24", routeTable={"id": table}, networkSecurityGroup={"id": nsg})
    seed(cloud, SUBNET, body)
    seed(cloud, IDENTITY, {"location": "westeurope"})
    return ["--vnet-subnet-id", SUBNET, "--assign-identity", IDENTITY]


def _subnet_to_be(cloud: Cloud) -> list[str]:
    seed(cloud, f"{SUB}/resourceGroups/rg", bodies.group())
    seed(cloud, f"{NETWORK}/virtualNetworks/net", bodies.network("192.168.0.0/16"))
    return ["--vnet-name", "net", "--subnet-name", "nodes", "--subnet-prefix", "192.168.7.0/24"]


def _own_principal(cloud: Cloud) -> list[str]:
    app = cloud.directory.add_service_principal("ours")["appId"]
    return ["--service-principal", app, "--client-secret", PASSWORD]


def _new_principal(cloud: Cloud) -> list[str]:
    return ["--create-service-principal"]


def _role(cloud: Cloud) -> list[str]:
    """A role of the user's own, which must be looked for by its name."""
    name = "77777777-1111-4222-8333-444444444444"
    allowed = [{"actions": ["Microsoft.Network/*"], "notActions": []}]
    properties = {"roleName": "joiner", "type": "CustomRole", "assignableScopes": [SUB], "permissions": allowed}
    path = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{name}"
    owner = {"Authorization": f"Bearer {token(ARM, ARM)}"}
    made = cloud.handle(Call("PUT", path, {"api-version": "2022-04-01"}, owner, {"properties": properties}))
    assert made.status == 201
    return ["--role", "joiner"]


def _discovering(cloud: Cloud) -> list[str]:
    return ["--discover", "subscription"]


def _rollback(cloud: Cloud) -> list[str]:
    """The cluster is refused, so that all that was made is deleted."""
    refused = Fault(Answer(400, {"code": "NeverSeenBefore", "message": "The cluster is refused."}), times=ALWAYS)
    refused.put_into(cloud, faults.to("PUT", "managedClusters"))
    return ["--rollback-on-failure"]


WAYS: dict[str, Callable[[Cloud], list[str]]] = {
    "PUT subnets": _subnet_to_be, "PUT managedClusters": _own_principal, "GET applications": _new_principal,
    "POST applications": _new_principal, "GET roleDefinitions": _role, "POST resources": _discovering,
    **dict.fromkeys(("GET virtualNetworks", "GET subnets", "GET routeTables", "GET networkSecurityGroups",
                     "GET userAssignedIdentities", "GET roleAssignments"), _existing),
    **dict.fromkeys(("DELETE virtualNetworks", "DELETE resourceGroups", "DELETE userAssignedIdentities",
                     "DELETE roleAssignments"), _rollback),
}  # fmt: skip


@dataclass(frozen=True)
class Met:
    """A run that has met an error, so many times. waited: seconds, what is under way included."""

    ran: Ran
    hits: int
    waited: float

    @property
    def shown(self) -> str:
        """From the error on, without the warning that every run begins with."""
        return self.ran.err.partition("ERROR: ")[2]


def meet(az: Az, error: RealError, times: int) -> Met:
    """Run a creation in an Azure of its own, in which a request is answered so the first times."""
    cloud = Cloud(Options(), ARM)
    words = WAYS.get(error.request, _nothing)(cloud)
    fault = Fault(copy.deepcopy(error.answer), times=times)
    if error.ends:
        fault.hits = 1
        faults.ends(cloud, error.request.split(" ")[1], error.ends, error.answer.body, times)
    else:
        if absent(error) or (error.code, error.request) in NO_ERROR:
            cloud.before.append(lambda call: so_it_is(cloud, error, call))
        fault.put_into(cloud, error.meets)
    with logged_in(SUBSCRIPTION, TENANT), no_waiting() as waits, answered(cloud.handle):
        ran = az("kubenet", "create", "-g", "rg", "-n", "c", *BASE, *words)
    return Met(ran, fault.hits, sum(waits))


def so_it_is(cloud: Cloud, error: RealError, call: Call) -> None:
    """Have it be as the answer says: what is deleted is gone already, and what is to be granted is granted."""
    if error.meets(call) and call.method == "DELETE":
        for key in [*cloud.store.under(call.path), call.path.lower()]:
            cloud.store.pop(key, None)
    if error.meets(call) and call.method == "PUT":
        cloud.roles.assign(assignments.split(call.path)[0], str(uuid.uuid4()), call.body["properties"], CALLER_OBJECT)


def absent(error: RealError) -> bool:
    """Whether it says no more than that something is not there, to who looks for it or deletes it."""
    gone = is_absence(AzureError(error.status, error.code, error.message))
    return error.status == 404 and (error.request.startswith("DELETE") or (error.request.startswith("GET") and gone))


def passes(error: RealError) -> bool:
    """Whether the run goes on when it comes once: what is sent again is then answered, or need not be.

    A POST that may have acted is not sent again. An answer with Retry-After is, whatever its status.
    """
    if error.request.startswith("POST") and error.status >= 500:
        return False
    again = error.status in (401, *PASSING_STATUSES) or "retry-after" in error.answer.headers
    return absent(error) or (again and not error.ends) or (error.code, error.request) in PASSING_CODES


def unseen(error: RealError) -> bool:
    """Whether it is an operation that cannot be looked at: the resource itself is looked at then, however long."""
    return error.request.startswith("poll ")


def sound(met: Met, error: RealError) -> None:
    """What holds for each run."""
    assert met.hits, "the run never sent the request"
    assert met.ran.code in (0, 1) or (met.ran.code == 3 and absent(error) and error.request in NAMED), met.ran.err
    for word in ("Traceback", "no-token", "azure.core", PASSWORD, "HttpResponse", "{'", '{"', "None"):
        assert word not in met.ran.err.replace(error.message, ""), (word, met.ran.err)
    if met.ran.code:
        assert met.ran.result is None
        assert "ERROR: " in met.ran.err


def assert_told(met: Met, error: RealError) -> None:
    """Azure's own code and words come first, then advice that is ours; or it is a warning."""
    if error.request in OPTIONAL:
        assert met.ran.code == 0, met.ran.err
        assert (error.code or f"status {error.status}") in met.ran.err
        return
    named = f"({error.code}) {error.message}" if error.code else error.message or f"status {error.status}"
    assert met.ran.code == 1
    first = met.shown.splitlines()[0]
    assert named.splitlines()[0] in met.shown, met.ran.err
    if not error.request.startswith("DELETE"):
        assert named.splitlines()[0] in first, met.ran.err
        names = Names(SUBSCRIPTION, "rg", "c", "", "", "rg", SUBSCRIPTION)
        ours = remedy_for([error.code], names, "westeurope").partition("{")[0][:30]
        after = met.shown.partition(named)[2]
        assert ours in after or "administrator" in after or "az " in after, met.ran.err


@pytest.mark.sweep
@pytest.mark.parametrize("error", ERRORS, ids=[each.name for each in ERRORS])
def test_a_real_error_passes_or_is_told_as_it_should_be(az: Az, error: RealError, count: Callable[..., None]) -> None:
    # of the queries of an estate, which are sent side by side, one alone may fail: then it is not looked at
    whole = error.request == "POST resources" and not passes(error)
    once = meet(az, error, ALWAYS if whole else 1)
    again = passes(error) or error.request in OPTIONAL  # of which some are asked for in another way
    always = once if absent(error) or not again else meet(az, error, ALWAYS)
    for met in (once, always):
        sound(met, error)
        assert met.waited < PATIENCE * 3
    if passes(error):
        assert_gone_on(once, error)
    final = not absent(error) and (error.code, error.request) not in NO_ERROR and not unseen(error)
    if final:
        assert_told(always, error)
    assert_read_as_agreed_on(error, once, always)
    figures = {"met": 1, "passed": int(passes(error)), "told": int(final)}
    for kind in error.kinds:
        count("ERRORS", kind, **figures)


def assert_gone_on(met: Met, error: RealError) -> None:
    """The cluster is made; or a run that is rolled back leaves nothing; or what the user named is said not to exist."""
    if absent(error) and error.request in NAMED:
        assert met.ran.code == 3
        assert "does not exist" in met.shown
        assert "list the " in met.shown
    elif error.request.startswith("DELETE"):
        assert "rolled back: what this run created is deleted" in met.ran.err, met.ran.err
    else:
        assert met.ran.code == 0, met.ran.err


@pytest.mark.parametrize(
    ("status", "code"), [(403, "AuthorizationFailed"), (404, "ResourceNotFound"), (504, "GatewayTimeout")]
)
def test_a_cluster_that_has_succeeded_and_may_not_be_read_is_printed_as_azure_answered(
    az: Az, status: int, code: str
) -> None:
    """Its operation says Succeeded: that it cannot be looked at is no failure, and never a reason to delete."""
    cloud, answer = Cloud(Options(), ARM), faults.refusal(status, code)
    made = faults.to("PUT", "managedClusters")
    seen = []
    cloud.after.append(lambda call, _: seen.append(call) if made(call) else None)
    Fault(answer, times=ALWAYS).put_into(cloud, lambda call: bool(seen) and faults.to("GET", "managedClusters")(call))
    with logged_in(SUBSCRIPTION, TENANT), no_waiting(), answered(cloud.handle):
        ran = az("kubenet", "create", "-g", "rg", "-n", "c", *BASE, "--rollback-on-failure")
    assert seen
    assert ran.code == 0, ran.err
    assert (ran.result["name"], ran.result["provisioningState"]) == ("c", "Succeeded")
    assert code in ran.err
    assert not [entry for entry in cloud.ledger.writes() if entry.method == "DELETE"]


# -- what is read


def _read(met: Met, error: RealError) -> list[str]:
    """What a run tells of an error, without Azure's words, which are not ours to keep, and without times and ids."""
    lines = met.shown.rstrip().splitlines() if met.ran.code else []
    waits = [line for line in met.ran.err.splitlines() if "; retrying in" in line] if not met.ran.code else []
    text = "\n".join([*waits, *lines])
    for words in sorted({error.message, *error.message.splitlines()} - {""}, key=len, reverse=True):
        text = text.replace(words, "…")
    text = re.sub(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", "<guid>", text)
    return [f"  {line.rstrip()}" for line in text.splitlines()]


def block(error: RealError, once: Met, always: Met) -> str:
    """What the golden file keeps of one error."""
    lines = [error.name]
    if passes(error):
        ended = "the run goes on" if not once.ran.code else f"the run stops with exit code {once.ran.code}"
        lines += [f"  comes once: {ended}", *dict.fromkeys(f"  {line}" for line in _read(once, error))]
    if always is not once or not passes(error):
        lines += ["  stays: the run stops with exit code 1" if always.ran.code else "  stays: the run goes on"]
        lines += [f"  {line}" for line in _read(always, error)] if always.ran.code else []
    return "\n".join(lines) + "\n"


def kept() -> dict[str, str]:
    """The golden file by what each block is about."""
    blocks = GOLDEN.read_text(encoding="utf-8").split("\n\n") if GOLDEN.is_file() else []
    return {each.partition("\n")[0]: each.rstrip("\n") + "\n" for each in blocks}


def assert_read_as_agreed_on(error: RealError, once: Met, always: Met) -> None:
    """Word for word, but for Azure's own."""
    now = block(error, once, always)
    if os.environ.get(UPDATE):
        renewed = {**kept(), error.name: now}
        GOLDEN.parent.mkdir(exist_ok=True)
        names = sorted(set(renewed) & {each.name for each in ERRORS})
        GOLDEN.write_text("\n".join(renewed[name] for name in names), encoding="utf-8")
        return
    was = kept().get(error.name, "")
    lines = difflib.unified_diff(was.splitlines(), now.splitlines(), "as kept", "now", lineterm="")
    assert now == was, "\n".join([*lines, f"if this is meant: {UPDATE}=1 pytest -n 0 tests/real/test_errors.py"])


def test_nothing_is_kept_of_errors_that_are_no_more() -> None:
    assert set(kept()) <= {each.name for each in ERRORS}


def test_the_lines_that_are_known_are_there_to_be_read() -> None:
    """What came later is told at the end of the run, and is read only where it is taken up."""
    read = sum(1 for _ in recordings.all_lines()) + len(recordings.reported())
    assert read >= sum(map(len, recordings.known().values()))
