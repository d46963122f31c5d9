"""Gather, decide, act, prove, answer: the story of one `az kubenet create`."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knack.prompting import prompt_pass

from azext_kubenet import _notes
from azext_kubenet._choices import USER_ASSIGNED
from azext_kubenet._errors import NotFound, Refused, RefusedByAzure, WrongUsage, refuse
from azext_kubenet.addressing.model import Finding
from azext_kubenet.addressing.verdict import check_given, judge
from azext_kubenet.provisioning import aks, arm, cluster, facts, preflight, proof, runner, steps
from azext_kubenet.provisioning.account import account
from azext_kubenet.provisioning.advice import advice
from azext_kubenet.provisioning.identity import DoNotGoTogether
from azext_kubenet.provisioning.principals import Principals
from azext_kubenet.provisioning.reader import Reader
from azext_kubenet.provisioning.request import Request, read_request
from azext_kubenet.provisioning.roles import grants_needed, role_named

Json = dict[str, Any]


@dataclass(frozen=True)
class Decision:
    """What is to be done: the steps, what they are made from, and the findings that refuse nothing."""

    job: steps.Job
    waves: runner.Waves
    remarks: Sequence[Finding]


def create_cluster(cmd: Any, options: Mapping[str, Any]) -> Any:
    """The cluster of these options, made or found; what stands against it is raised as an error of _errors."""
    lent = aks.lent(options)
    request = _request(cmd, options, lent)
    reading, accepted = request.reading, options["accept_risk"] or ()
    refuse([*request.findings, *check_given(reading.demand, reading.wish, reading.taken, accepted)])
    patience = arm.Patience(float(options["propagation_timeout"]), lambda line: _notes.say(cmd.cli_ctx, line))
    try:
        door = arm.connect(cmd.cli_ctx, patience)
        with Reader(door) as reader:
            decision = _decide(cmd, door, reader, request, options)
        _notes.remarks(cmd.cli_ctx, decision.remarks)
        if options["dry_run"]:
            return runner.preview(decision.waves)
        return _act(cmd, door, decision, options)
    except arm.ArmError as error:
        raise RefusedByAzure(str(error), advice(error.code, request.names, str(lent.get("location") or ""))) from error


def _request(cmd: Any, options: Mapping[str, Any], lent: Mapping[str, Any]) -> Request:
    from azure.cli.core.commands.client_factory import get_subscription_id

    if lent.get("service_principal") and not lent.get("client_secret") and sys.stdin.isatty():
        lent = {**lent, "client_secret": prompt_pass("Password of the service principal: ")}
    try:
        return read_request(get_subscription_id(cmd.cli_ctx), options, lent)
    except DoNotGoTogether as error:
        raise WrongUsage(str(error), error.recommendation) from error


def _decide(cmd: Any, door: arm.Door, reader: Reader, request: Request, options: Mapping[str, Any]) -> Decision:
    """Read what exists, and decide what is to be done. Raises Refused with all findings, before anything is written."""
    names, reading, accepted = request.names, request.reading, options["accept_risk"] or ()
    named = request.network_is_named
    reader.foresee(
        [
            *facts.first_reads(names, network_is_named=named, identity_is_named=names.identity_id is not None),
            *preflight.foresee(names, network_is_named=named, identity_kind=request.identity.kind),
        ]
    )
    found = facts.gather(reader, names, with_identity=request.identity.kind == USER_ASSIGNED)
    _missing(request, found)
    location = _location(request, found)
    wish, differences = facts.adopt(reading.wish, found, names)
    verdict = judge(reading.demand, wish, [*reading.taken, *facts.reservations(found, names)], accepted)
    if verdict.refused:
        refuse([*differences, *verdict.findings])
    principals = Principals(cmd, door.patience, request.identity, names, found)
    role = role_named(reader, names.subscription, str(options["role"]))
    skip = bool(request.typed.get("skip_subnet_role_assignment"))
    needed = (
        []
        if skip
        else grants_needed(reader, names, found, role, scope=str(options["role_scope"]), principal=principals.known_id)
    )
    job = steps.Job(
        names=names,
        plan=verdict.plan,
        facts=found,
        location=location,
        identity=request.identity,
        grants=needed,
        principal=principals.existing,
        make_principal=principals.make,
        remove_principal=principals.remove,
        make_cluster=lambda results: cluster.make(
            cmd, door, job, request.lent, results, no_wait=bool(options["no_wait"])
        ),
        typed=request.typed,
    )
    waves = steps.waves(door, job)
    checked = _preflight(cmd, reader, job, principals.known_id, options)
    refuse([*differences, *runner.conflicts(waves), *checked])
    if found.cluster is None:
        cluster.rehearse(cmd, job, request.lent)
    remarks = [each for each in (*verdict.findings, *checked) if _worth_saying(each, options)]
    return Decision(job, waves, remarks)


def _preflight(
    cmd: Any, reader: Reader, job: steps.Job, principal: str, options: Mapping[str, Any]
) -> Sequence[Finding]:
    """What the named checks find in Azure."""
    from azure.cli.core._profile import Profile

    situation = preflight.Situation(
        names=job.names,
        facts=job.facts,
        plan=job.plan,
        location=job.location,
        identity_kind=job.identity.kind,
        outbound_type=str(job.typed.get("outbound_type") or ""),
        grant_scopes=tuple(grant.scope for grant in job.grants if grant.granted is None),
        role=str(options["role"]),
        principal=principal,
        caller=str(Profile(cli_ctx=cmd.cli_ctx).get_current_account_user() or ""),
    )
    return preflight.check(reader, situation, options["skip_checks"] or ())


def _worth_saying(finding: Finding, options: Mapping[str, Any]) -> bool:
    """A plan says itself what it says of the docker bridge; here it is news only to who typed the option."""
    return finding.rule != "docker-bridge-not-sent" or options["docker_bridge_address"] is not None


def _missing(request: Request, found: facts.Facts) -> None:
    """Raise NotFound for what was named and does not exist."""
    names = request.names
    if request.existing_subnet and found.subnet(names.subnet) is None:
        raise NotFound(
            f"subnet {names.subnet_id} does not exist",
            f"look for its name: az network vnet subnet list -g {names.vnet_group} --vnet-name {names.vnet} -o table",
        )
    if names.vnet_group.lower() != names.group.lower() and found.vnet is None:
        raise NotFound(
            f"virtual network {names.vnet} does not exist in resource group {names.vnet_group}",
            f"look for its name: az network vnet list -g {names.vnet_group} -o table",
        )
    if names.identity_id and found.identity is None:
        raise NotFound(
            f"identity {names.identity_id} does not exist", "look for its id: az identity list --query [].id -o tsv"
        )


def _location(request: Request, found: facts.Facts) -> str:
    """The region of the cluster: as typed, else the group's. Raises NotFound without either."""
    typed = request.lent.get("location")
    if typed:
        return str(typed)
    if found.group is None:
        group = request.names.group
        raise NotFound(
            f"resource group {group} does not exist",
            f"add --location LOCATION to have it made, or run az group create -n {group} -l LOCATION",
        )
    return str(found.group["location"])


def _act(cmd: Any, door: arm.Door, decision: Decision, options: Mapping[str, Any]) -> Any:
    """Do what was decided, prove that it works, and answer with the cluster. Raises the account of what failed."""
    job, say, rollback = decision.job, door.patience.say, bool(options["rollback_on_failure"])
    report = runner.apply(decision.waves, say)
    if report.cause is not None:
        raise account(report, job.names, job.location, rollback, say) from report.cause
    if options["no_wait"]:
        return None
    existing = job.facts.cluster
    try:
        answer = cluster.settled(cmd, door, job.names) if existing else report.results[steps.CLUSTER]["cluster"]
        proof.prove(
            door, job.names, job.plan, proof.running_nodes(existing) if existing else job.plan.demand.node_count
        )
    except (Refused, arm.ArmError) as error:
        report.cause = error
        raise account(report, job.names, job.location, rollback, say) from error
    return answer
