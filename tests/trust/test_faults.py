"""Each fault at each kind of request: ridden out with a visible, bounded wait, or told with Azure's own code."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.loopback.server import faults
from tests.loopback.server.cloud import Cloud
from tests.loopback.server.faults import ALWAYS, Fault, Where, polls, posts, refusal, to
from tests.trust.bench import Bench, Ran
from tests.trust.conftest import sampled
from tests.trust.ways import BY_NAME, contents, own_subnet_to_be

PATIENCE = 40
USUAL, SYSTEM, NEW_PRINCIPAL = "user-assigned, new network", "system-assigned", "new service principal"
TABLE = "FAULTS"
RIDDEN, GOES_ON, STOPS = "ridden out", "stopped, same command went on", "stopped with Azure's code and advice"
Count = Callable[..., None]

READS = (
    ("GET resourceGroups", USUAL, to("GET", "resourceGroups")),
    ("GET managedClusters", USUAL, to("GET", "managedClusters")),
    ("GET subnets", USUAL, to("GET", "subnets")),
    ("GET routeTables", USUAL, to("GET", "routeTables")),
    ("GET operations", USUAL, polls),
    ("GET applications", NEW_PRINCIPAL, to("GET", "v1.0")),
)
PUTS = (
    ("PUT resourceGroups", USUAL, to("PUT", "resourceGroups")),
    ("PUT virtualNetworks", USUAL, to("PUT", "virtualNetworks")),
    ("PUT subnets", "subnet to be made", to("PUT", "subnets")),
    ("PUT userAssignedIdentities", USUAL, to("PUT", "userAssignedIdentities")),
    ("PUT roleAssignments", USUAL, to("PUT", "roleAssignments")),
    ("PUT managedClusters", USUAL, to("PUT", "managedClusters")),
    ("PUT roleAssignments after the cluster", SYSTEM, to("PUT", "roleAssignments")),
    ("PUT managedClusters, system-assigned", SYSTEM, to("PUT", "managedClusters")),
)
POSTS = (
    ("POST applications", NEW_PRINCIPAL, posts("applications")),
    ("POST servicePrincipals", NEW_PRINCIPAL, posts("servicePrincipals")),
    ("POST addPassword", NEW_PRINCIPAL, posts("addPassword")),
)


def minimal(status: int, code: str, **headers: str) -> Callable[[], Fault]:
    return lambda: Fault(refusal(status, code, **headers))


# what happens once, where the recording of it is (if there is one)
PASSING: dict[str, Callable[[], Fault]] = {
    "429 with Retry-After": lambda: Fault(refusal(429, "RetryableError", "routeTables", Retry_After="14")),
    "429 without Retry-After": lambda: Fault(refusal(429, "SubscriptionRequestsThrottled", "armErrors"), times=2),
    "503 with Retry-After": lambda: Fault(refusal(503, "ServerTimeout", "armErrors", Retry_After="5")),
    "503 without Retry-After": lambda: Fault(refusal(503, "ServerTimeout", "networkSecurityGroups"), times=2),
    "500": lambda: Fault(refusal(500, "InternalServerError", "armErrors")),
    "502": lambda: Fault(refusal(502, "BadGatewayConnection", "asyncOperations")),
    "504": lambda: Fault(refusal(504, "GatewayTimeout", "managedClusters")),
    "504 after the deed": lambda: Fault(refusal(504, "GatewayTimeout", "managedClusters"), acted=True),
    "503 after the deed": lambda: Fault(refusal(503, "ServerTimeout", "armErrors"), acted=True),
    "reset before the deed": Fault,
    "reset after the deed": lambda: Fault(acted=True),
    "reset twice": lambda: Fault(times=2),
    "401 once": minimal(401, "ExpiredAuthenticationToken"),
}


@dataclass
class Trial:
    """One way of create, first undisturbed, then with a fault, then again without it."""

    bench: Bench
    way: str
    options: str = ""
    wanted: list[str] = field(default_factory=list)

    def begin(self) -> list[str]:
        self.bench.fresh()
        way = own_subnet_to_be() if self.way == "subnet to be made" else BY_NAME[self.way]
        words = way.prepare(self.bench.cloud, self.bench.folder)
        return [*words, "--propagation-timeout", str(PATIENCE), *shlex.split(self.options)]

    def undisturbed(self) -> Trial:
        ran = self.bench.run(self.begin())
        assert ran.code == 0, ran.err
        self.wanted = contents(self.bench.cloud)
        return self

    def with_fault(self, install: Callable[[Cloud], Any]) -> tuple[list[str], Ran, Any]:
        words = self.begin()
        hooks = list(self.bench.cloud.before), list(self.bench.cloud.after)
        fault = install(self.bench.cloud)
        ran = self.bench.run(words)
        self.bench.cloud.before[:], self.bench.cloud.after[:] = hooks
        sound(ran)
        return words, ran, fault

    def goes_on(self, words: list[str]) -> Ran:
        """The same command without the fault ends with the same Azure."""
        ran = self.bench.run(words)
        assert ran.code == 0, ran.err
        assert contents(self.bench.cloud) == self.wanted
        return ran


def sound(ran: Ran) -> None:
    """What holds for every run: no traceback, and no long wait in silence or beyond what patience allows."""
    assert "Traceback" not in ran.err, ran.err
    assert "azure.core" not in ran.err, ran.err
    assert ran.code in (0, 1), ran.err
    silent = [wait for wait in ran.waits if wait.where == "wait" and wait.seconds >= 2 and "retrying" not in wait.told]
    assert not silent, silent
    if ran.code:
        assert ran.out == ""
        assert "ERROR" in ran.err


def trials(bench: Bench) -> Callable[[str], Trial]:
    """Trials by way, each with its undisturbed outcome, which a bench learns once."""

    def of(way: str) -> Trial:
        if way not in bench.learned:
            bench.learned[way] = Trial(bench, way).undisturbed().wanted
        return Trial(bench, way, wanted=bench.learned[way])

    return of


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_ridden_out(bench: Bench, fault: str, count: Count) -> None:
    of, wrong = trials(bench), []
    for kind, way, where in sampled((*READS, *PUTS), list(PASSING).index(fault)):
        trial = of(way)
        _, ran, hit = trial.with_fault(lambda cloud, where=where: PASSING[fault]().put_into(cloud, where))
        assert hit.hits, kind
        if ran.code or contents(bench.cloud) != trial.wanted:
            wrong.append(f"{kind}\n{ran.err}")
        count(TABLE, fault, tried=1, outcome=[RIDDEN])
    assert not wrong, "\n".join(wrong)


#: Seconds for which a fault lasts, in the time of the run; patience is longer.
LASTS = 30

# what lasts for that long, at every request of its kind
LONG: dict[str, Callable[[], Fault]] = {
    "503 for 30 s": lambda: Fault(refusal(503, "ServerTimeout", "armErrors"), times=ALWAYS),
    "500 for 30 s": lambda: Fault(refusal(500, "InternalServerError", "armErrors"), times=ALWAYS),
    "429 without Retry-After for 30 s": lambda: Fault(refusal(429, "TooManyRequests"), times=ALWAYS),
    "408 for 30 s": lambda: Fault(refusal(408, "RequestTimeout"), times=ALWAYS),
    "reset for 30 s": lambda: Fault(times=ALWAYS),
    "reset after the deed for 30 s": lambda: Fault(times=ALWAYS, acted=True),
}


def for_so_long(bench: Bench, where: Where, seconds: float = LASTS) -> Where:
    """The requests that `where` picks, from the first on, until so many seconds of the run's time have gone by."""
    begun: list[float] = []

    def lasts(call: faults.Call) -> bool:
        if not where(call):
            return False
        begun[:] = begun or [bench.clock()]
        return bench.clock() - begun[0] < seconds

    return lasts


@pytest.mark.parametrize("fault", LONG)
def test_what_lasts_is_ridden_out_as_long_as_patience_does(bench: Bench, fault: str, count: Count) -> None:
    of, wrong = trials(bench), []
    for kind, way, where in sampled((*READS, *PUTS), list(LONG).index(fault)):
        trial = of(way)
        _, ran, hit = trial.with_fault(
            lambda cloud, where=where: LONG[fault]().put_into(cloud, for_so_long(bench, where))
        )
        # what was done is looked for, and not sent again
        assert hit.hits > (0 if "after the deed" in fault and kind.startswith("PUT") else 1), kind
        if ran.code or contents(bench.cloud) != trial.wanted:
            wrong.append(f"{kind}\n{ran.err}")
        count(TABLE, fault, tried=1, outcome=[RIDDEN])
    assert not wrong, "\n".join(wrong)


def no_tokens(call: faults.Call) -> bool:
    """Requests for a token."""
    return call.path.lower() == "/msi/token"


# Not while steps go side by side: the waits of both move the one clock of the run.
@pytest.mark.parametrize("after", ["the grant", "the cluster"])
def test_tokens_that_fail_for_a_while_are_ridden_out(bench: Bench, after: str, count: Count) -> None:
    kinds = {"the grant": "roleAssignments", "the cluster": "managedClusters"}
    made = to("PUT", kinds[after])

    def install(cloud: Cloud) -> Fault:
        faults.tokens_last(cloud, 1)
        begun: list[bool] = []
        cloud.after.append(lambda call, _: begun.append(True) if made(call) else None)
        answer = faults.Answer(400, {"error": "temporarily_unavailable", "error_description": "AADSTS90033: passing."})
        lasts = for_so_long(bench, no_tokens)
        return Fault(answer, times=ALWAYS).put_into(cloud, lambda call: bool(begun) and lasts(call))

    trial = trials(bench)(USUAL)
    _, ran, hit = trial.with_fault(install)
    assert hit.hits > 1
    assert (ran.code, contents(bench.cloud)) == (0, trial.wanted), ran.err
    count(TABLE, "no token for 30 s", tried=1, outcome=[RIDDEN])


@pytest.mark.parametrize("fault", PASSING)
def test_a_new_principal_is_never_doubled(bench: Bench, fault: str, count: Count) -> None:
    """What a POST has made cannot be told from its answer when that is lost: the run goes on or stops, and the same
    command takes up what was made.
    """
    trial = trials(bench)(NEW_PRINCIPAL)
    for kind, _, where in sampled(POSTS, list(PASSING).index(fault)):
        words, ran, hit = trial.with_fault(lambda cloud, where=where: PASSING[fault]().put_into(cloud, where))
        assert hit.hits, kind
        trial.goes_on(words)
        count(TABLE, fault, tried=1, outcome=[GOES_ON if ran.code else RIDDEN])


#: Reads of the proof: what they cannot see is a warning, for Azure calls the cluster Succeeded.
PROVING = ("GET subnets", "GET routeTables")
#: Looks at operations: where none is answered, what they make is looked at.
LOOKS = ("GET operations",)

# what does not pass, at which requests
LASTING: dict[str, tuple[Callable[[], Fault], str]] = {
    "429 with Retry-After, always": (
        lambda: Fault(refusal(429, "RetryableError", "subnets", Retry_After="14"), times=ALWAYS), "RetryableError"),
    "429 that asks for an hour": (
        lambda: Fault(refusal(429, "RetryableError", "subnets", Retry_After="3600"), times=ALWAYS), "RetryableError"),
    "503 always": (
        lambda: Fault(refusal(503, "ServerTimeout", "armErrors"), times=ALWAYS), "ServerTimeout"),
    "reset always": (lambda: Fault(times=ALWAYS), "no answer"),
    "401 always": (lambda: Fault(refusal(401, "ExpiredAuthenticationToken"), times=ALWAYS),
                   "ExpiredAuthenticationToken"),
}  # fmt: skip


@pytest.mark.parametrize("fault", LASTING)
def test_what_does_not_pass_stops_within_patience(bench: Bench, fault: str, count: Count) -> None:
    of, wrong = trials(bench), []
    make, code = LASTING[fault]
    for kind, way, where in sampled((*READS, *PUTS, *POSTS), list(LASTING).index(fault)):
        trial = of(way)
        words, ran, _ = trial.with_fault(lambda cloud, where=where: make().put_into(cloud, where))
        faulty = [
            *([f"exit code {ran.code}"] if ran.code != (0 if kind in (*PROVING, *LOOKS) else 1) else []),
            *(["not said to be unproven"] if kind in PROVING and "[not-proven]" not in ran.err else []),
            *([f"no {code}"] if code not in ran.err and kind not in LOOKS else []),
            *([f"waited {ran.waited} s"] if ran.waited > PATIENCE * (2 if kind in LOOKS else 1) else []),
        ]
        if faulty:
            wrong.append(f"{kind}: {', '.join(faulty)}\n{ran.err}\n{[w for w in ran.waits if w.where == 'wait']}")
        trial.goes_on(words)
        count(TABLE, fault, tried=1, outcome=[GOES_ON if ran.code else RIDDEN])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("status", "code"), [(404, "NotFound"), (403, "AuthorizationFailed")])
@pytest.mark.parametrize("way", [USUAL, SYSTEM, "subnet to be made"])
def test_operations_that_may_not_be_seen_are_no_failure(
    bench: Bench, way: str, status: int, code: str, count: Count
) -> None:
    """What they make is looked at. hashicorp/go-azure-sdk#740: an operation that is not found at its first look."""
    trial = trials(bench)(way)
    answer = refusal(status, code)
    words, ran, fault = trial.with_fault(lambda cloud: Fault(answer, times=ALWAYS).put_into(cloud, polls))
    assert fault.hits
    assert ran.code == 0, ran.err
    assert contents(bench.cloud) == trial.wanted
    assert not trial.goes_on(words).writes
    count(TABLE, f"{status} to each look at an operation", tried=1, outcome=[RIDDEN])


@dataclass(frozen=True)
class Final:
    """A refusal that stays: what it is, the requests it meets, and what the user reads beside the code."""

    name: str
    answer: Callable[[], Any]
    kinds: tuple[str, ...]
    told: str


WRITES = tuple(kind for kind, _, _ in PUTS)
CLUSTERS = ("PUT managedClusters", "PUT managedClusters, system-assigned")
FINAL = (
    Final("AuthorizationFailed", lambda: refusal(403, "AuthorizationFailed", "armErrors"),
          ("GET managedClusters", "PUT resourceGroups", "PUT virtualNetworks", "PUT subnets",
           "PUT userAssignedIdentities", *CLUSTERS), "have an administrator grant the right"),
    Final("LinkedAuthorizationFailed", lambda: refusal(403, "LinkedAuthorizationFailed", "armErrors"), CLUSTERS,
          "az role assignment create"),
    Final("ScopeLocked", lambda: refusal(409, "ScopeLocked", "resourceGroups"), WRITES, "az lock list"),
    Final("RequestDisallowedByPolicy", lambda: refusal(403, "RequestDisallowedByPolicy"),
          tuple(kind for kind in WRITES if "roleAssignments" not in kind), "a policy of the organization refuses the "),
    Final("MissingSubscriptionRegistration", lambda: refusal(409, "MissingSubscriptionRegistration", "armErrors"),
          ("PUT virtualNetworks", "PUT userAssignedIdentities", *CLUSTERS), "az provider register"),
    Final("QuotaExceeded", lambda: refusal(409, "QuotaExceeded", "managedClusters"), CLUSTERS, "az vm list-usage"),
    Final("ErrCode_InsufficientVCPUQuota", lambda: refusal(400, "ErrCode_InsufficientVCPUQuota", flat=True), CLUSTERS,
          "--node-vm-size"),
    Final("ServicePrincipalNotFound", lambda: refusal(400, "ServicePrincipalNotFound", "managedClusters"), CLUSTERS,
          "az ad sp show"),
    Final("PrincipalNotFound", lambda: refusal(400, "PrincipalNotFound", "roleAssignments"),
          ("PUT roleAssignments", "PUT roleAssignments after the cluster"), "run the command again"),
    Final("CustomRouteTableMissingPermission",
          lambda: refusal(400, "CustomRouteTableMissingPermission", flat=True), CLUSTERS, "Network Contributor"),
    Final("a code that nobody knows", lambda: refusal(400, "NeverSeenBefore"), WRITES, "run the command again"),
)  # fmt: skip


@pytest.mark.sweep
@pytest.mark.parametrize("final", FINAL, ids=lambda final: final.name)
def test_what_stays_is_told_with_azure_s_code_and_advice(bench: Bench, final: Final, count: Count) -> None:
    of, wrong = trials(bench), []
    answer = final.answer()
    code = answer.body.get("error", answer.body)["code"]
    places = [each for each in (*READS, *PUTS) if each[0] in final.kinds]
    for kind, way, where in sampled(places, FINAL.index(final)) or places[:1]:
        trial = of(way)
        words, ran, _ = trial.with_fault(lambda cloud, where=where: Fault(answer, times=ALWAYS).put_into(cloud, where))
        message = str(answer.body.get("error", answer.body)["message"]).strip()
        lacking = [each for each in (code, message, final.told) if each not in ran.err]
        if ran.code != 1 or lacking or ran.waited > PATIENCE + 5:
            wrong.append(f"{kind}: exit code {ran.code}, lacks {lacking}, waited {ran.waited} s\n{ran.err}")
        trial.goes_on(words)
        count(TABLE, final.name, tried=1, outcome=[STOPS])
    assert not wrong, "\n".join(wrong)


# -- what spreads: a new identity, and a grant


@pytest.mark.parametrize("way", [USUAL, SYSTEM, NEW_PRINCIPAL])
def test_a_new_identity_that_spreads_is_waited_for(bench: Bench, way: str, count: Count) -> None:
    trial = trials(bench)(way)
    answer = refusal(400, "PrincipalNotFound", "roleAssignments")
    words, ran, fault = trial.with_fault(
        lambda cloud: Fault(answer, times=4).put_into(cloud, to("PUT", "roleAssignments"))
    )
    assert (ran.code, fault.hits) == (0, 4), ran.err
    assert 5 <= ran.waited <= PATIENCE
    assert "PrincipalNotFound" in ran.err
    assert not trial.goes_on(words).writes
    count(TABLE, "PrincipalNotFound, 4 times", tried=1, outcome=[RIDDEN])


@pytest.mark.parametrize(
    "code", ["LinkedAuthorizationFailed", "CustomRouteTableMissingPermission", "ServicePrincipalNotFound"]
)
@pytest.mark.parametrize("way", [USUAL, "own route table", NEW_PRINCIPAL])
def test_a_grant_that_spreads_is_waited_for(bench: Bench, way: str, code: str, count: Count) -> None:
    trial = trials(bench)(way)
    kind = {"LinkedAuthorizationFailed": "armErrors", "ServicePrincipalNotFound": "managedClusters"}.get(code, "")
    answer = refusal(403 if code.startswith("Linked") else 400, code, kind, flat=not code.startswith("Linked"))
    words, ran, fault = trial.with_fault(
        lambda cloud: Fault(answer, times=3).put_into(cloud, to("PUT", "managedClusters"))
    )
    assert (ran.code, fault.hits) == (0, 3), ran.err
    assert ran.waited <= PATIENCE
    assert not trial.goes_on(words).writes
    count(TABLE, f"{code}, 3 times", tried=1, outcome=[RIDDEN])


# -- operations


OUTCOMES = (
    ("Failed", {"code": "InternalServerError", "message": "An error occured."}, "InternalServerError"),
    ("Failed", {"code": "QuotaExceeded", "message": "Quota of cores exceeded."}, "az vm list-usage"),
    ("Canceled", {"code": "Canceled", "message": "Operation was canceled."}, "Canceled"),
)


@pytest.mark.parametrize(("outcome", "error", "told"), OUTCOMES, ids=[row[1]["code"] for row in OUTCOMES])
@pytest.mark.parametrize("kind", ["virtualNetworks", "subnets", "managedClusters"])
def test_an_operation_that_ends_badly_is_told(
    bench: Bench, kind: str, outcome: str, error: dict[str, Any], told: str, count: Count
) -> None:
    trial = trials(bench)("subnet to be made" if kind == "subnets" else USUAL)
    words, ran, _ = trial.with_fault(lambda cloud: faults.ends(cloud, kind, outcome, error))
    assert ran.code == 1, ran.err
    assert error["code"] in ran.err
    assert error["message"] in ran.err
    assert told in ran.err
    assert "created by this run and left in place" in ran.err
    if kind == "managedClusters":
        again = bench.run(words)
        assert (again.code, again.writes) == (1, ()), again.err
        assert "az aks delete -g rg -n c" in again.err
    count(TABLE, f"operation {outcome}: {error['code']}", tried=1, outcome=[STOPS])


@pytest.mark.parametrize("kind", ["virtualNetworks", "subnets"])
def test_an_operation_that_another_one_superseded_is_begun_again(bench: Bench, kind: str, count: Count) -> None:
    trial = trials(bench)("subnet to be made" if kind == "subnets" else USUAL)
    words, ran, _ = trial.with_fault(lambda cloud: faults.ends(cloud, kind, "Canceled", faults.superseded()))
    trial.goes_on(words)
    count(TABLE, "CanceledAndSuperseded", tried=1, outcome=[GOES_ON if ran.code else RIDDEN])


def test_a_subnet_on_which_another_operation_works_is_waited_for(bench: Bench, count: Count) -> None:
    trial = trials(bench)("subnet to be made")
    for name, status in (("RetryableError", 429), ("AnotherOperationInProgress", 409)):
        answer = refusal(status, name, "subnets")
        words, ran, fault = trial.with_fault(
            lambda cloud, answer=answer: Fault(answer, times=2).put_into(cloud, to("PUT", "subnets"))
        )
        trial.goes_on(words)
        assert (ran.code, fault.hits) == (0, 2), ran.err
        count(TABLE, f"{name} on a subnet, twice", tried=1, outcome=[RIDDEN])


def test_a_slow_operation_shows_its_words(bench: Bench, count: Count) -> None:
    trial = trials(bench)(USUAL)
    words = ("ProvisioningNetworkResources", "ProvisioningControlPlane", "CreatingAgentPools: 0/3 nodes completed",
             "CreatingAgentPools: 3/3 nodes completed", "ReconcilingDNS", "ReconcilingAddons")  # fmt: skip
    typed, ran, _ = trial.with_fault(lambda cloud: faults.slow(cloud, "managedClusters", 60, words))
    assert ran.code == 0, ran.err
    shown = [line.partition("cluster: ")[2] for line in ran.err.splitlines() if line.startswith("  cluster: ")]
    assert shown == list(words)
    assert sum(wait.seconds for wait in ran.waits) < 60 * 11
    assert not trial.goes_on(typed).writes
    count(TABLE, "slow operation with words", tried=1, outcome=[RIDDEN])


# -- tokens


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("kind", "way", "where"), [*READS, *PUTS, *POSTS], ids=[row[0] for row in (*READS, *PUTS, *POSTS)]
)
def test_a_token_that_expires_midway_is_renewed(bench: Bench, kind: str, way: str, where: Where, count: Count) -> None:
    """Whatever the request at which all tokens in use expire, the run gets others and goes on."""

    def install(cloud: Cloud) -> Fault:
        faults.tokens_last(cloud, 60)
        return faults.token_expires(cloud, where)

    trial = trials(bench)(way)
    _, ran, fault = trial.with_fault(install)
    assert ran.code == 0, ran.err
    assert fault.hits
    assert contents(bench.cloud) == trial.wanted
    count(TABLE, "token expires midway", tried=1, outcome=[RIDDEN])
