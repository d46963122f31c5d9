"""What the options of `migrate` ask for."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from azext_kubenet.addressing.findings import Finding, Severity, advise
from azext_kubenet.addressing.model import RangeRequest
from azext_kubenet.azure.resource_id import ResourceId
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.identity import IDENTITY_TYPE
from azext_kubenet.options.ranges import read_ranges
from azext_kubenet.options.typed import Typed

#: Network policy engines after the move, as --then chooses from them.
NONE, CALICO, CILIUM = "none", "calico", "cilium"
ENGINES = (NONE, CALICO, CILIUM)
#: Risks that --accept-risk takes.
RISKS = ("policy-gap", "cluster-not-inspected")
#: Steps after which a run may end, as --until names them, in their order.
SAVE, IDENTITY, POLICY, OVERLAY, ENGINE = "save", "identity", "policy", "overlay", "engine"
STOPS = (SAVE, IDENTITY, POLICY, OVERLAY, ENGINE)


@dataclass(frozen=True)
class MigrateOptions:  # pylint: disable=too-many-instance-attributes
    """What is asked.

    group, name: of the cluster
    pods: the pod CIDR afterwards: a range, a size, or as it is
    then: the network policy engine afterwards
    save_file: where what there is is written before the first write, "" for nowhere
    identity: id of the identity that the cluster is to run as, "" for as it is
    until: the step after which the run ends, "" for the last
    dry_run: whether nothing is to be written
    yes: whether nobody is asked
    no_wait: whether the run ends once Azure has taken the next change
    inspect: whether to look inside of the cluster
    skip_checks, accepted: names whose errors become warnings: of checks, of rules
    findings: what is wrong with any of it
    """

    group: str
    name: str
    pods: RangeRequest
    then: str
    save_file: str
    identity: str
    until: str
    dry_run: bool
    yes: bool
    no_wait: bool
    inspect: bool
    skip_checks: tuple[str, ...]
    accepted: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    def again(self) -> Iterator[str]:
        """The options with which the same move goes on, as words of a shell but for the names."""
        if self.pods.is_fixed or self.pods.is_sized:
            yield f"--pod-cidr {self.pods}"
        if self.then != NONE:
            yield f"--then {self.then}"
        if self.identity:
            yield f"--assign-identity {shlex.quote(self.identity)}"
        if self.inspect:
            yield "--inspect-cluster"
        if self.accepted:
            yield f"--accept-risk {' '.join(self.accepted)}"
        if self.skip_checks:
            yield f"--skip-checks {' '.join(self.skip_checks)}"
        if self.save_file:
            yield f"--save {shlex.quote(self.save_file)}"
        if self.until:
            yield f"--until {self.until}"


def read_migrate_options(typed: Typed) -> MigrateOptions:
    """The options. Raises WrongUsage; what is wrong with a value is a finding among them."""
    ranges = read_ranges(Typed({"pod_cidr": typed.value("pod_cidr")}))
    empty = typed.empty(("resource_group_name", "name", "save_file", "assign_identity", "skip_checks", "accept_risk"))
    if typed.flag("dry_run") and typed.flag("no_wait"):
        raise WrongUsage("--no-wait: a dry run has nothing to wait for", "leave --no-wait out")
    accepted, identity = tuple(map(str, typed.words("accept_risk"))), typed.text("assign_identity")
    findings = [*empty, *ranges.findings, *_not_an_identity(identity), *_unknown_risks(accepted)]
    return MigrateOptions(
        group=typed.text("resource_group_name"),
        name=typed.text("name"),
        pods=ranges.requests.pods,
        then=typed.text("then") or NONE,
        save_file=typed.text("save_file"),
        identity=identity,
        until=typed.text("until"),
        dry_run=typed.flag("dry_run"),
        yes=typed.flag("yes"),
        no_wait=typed.flag("no_wait"),
        inspect=typed.flag("inspect_cluster"),
        skip_checks=tuple(map(str, typed.words("skip_checks"))),
        accepted=accepted,
        findings=tuple(findings),
    )


def _not_an_identity(identity: str) -> Iterator[Finding]:
    if identity and not ResourceId(identity).is_a(IDENTITY_TYPE):
        message = f"--assign-identity {identity} is not the id of a user-assigned identity"
        advice = advise("list the ids: az identity list --query [].id -o tsv")
        yield Finding("assigned-identity", Severity.ERROR, ("--assign-identity",), message, advice)


def _unknown_risks(accepted: Sequence[str]) -> Iterator[Finding]:
    """Names after --accept-risk that are no risks of a move."""
    for name in dict.fromkeys(accepted):
        if name not in RISKS:
            message = f"--accept-risk {name}: this is no risk of a move that can be accepted"
            yield Finding(
                "risk-not-acceptable",
                Severity.ERROR,
                ("--accept-risk",),
                message,
                advise(f"use any of: {', '.join(RISKS)}"),
            )
