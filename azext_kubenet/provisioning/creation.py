"""Gather, decide, act, prove, answer: the story of one `az kubenet create`."""

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from knack.prompting import prompt_pass

from azext_kubenet import _notes
from azext_kubenet._errors import RefusedByAzure, WrongUsage, refuse
from azext_kubenet.addressing.verdict import check_given
from azext_kubenet.provisioning import aks, arm, cluster, proof, runner, steps
from azext_kubenet.provisioning.account import account, standing
from azext_kubenet.provisioning.advice import advice
from azext_kubenet.provisioning.decision import Decision, decide
from azext_kubenet.provisioning.identity import DoNotGoTogether
from azext_kubenet.provisioning.reader import Reader
from azext_kubenet.provisioning.request import Request, read_request

Json = dict[str, Any]


def create_cluster(cmd: Any, options: Mapping[str, Any]) -> Any:
    """The cluster of these options, made or found; what stands against it is raised as an error of _errors."""
    lent = aks.lent(options)
    request = _request(cmd, options, lent)
    reading, accepted = request.reading, options["accept_risk"] or ()
    refuse([*request.findings, *check_given(reading.demand, reading.wish, reading.taken, accepted)])
    patience = arm.Patience(float(options["propagation_timeout"]), lambda line: _notes.say(cmd.cli_ctx, line))
    try:
        door = arm.connect(cmd.cli_ctx, patience)
        with Reader(door, door.patience.hurry) as reader:
            decision = decide(cmd, door, reader, request, options)
        _notes.remarks(cmd.cli_ctx, decision.remarks)
        if options["dry_run"]:
            return runner.preview(decision.waves)
        return _act(cmd, door, decision, options)
    except arm.ArmError as error:
        raise RefusedByAzure(str(error), _advice(error, request, lent)) from error


def _advice(error: arm.ArmError, request: Request, lent: Mapping[str, Any]) -> str:
    return advice((error.code, *error.details), request.names, str(lent.get("location") or ""), "", error.message)


def _request(cmd: Any, options: Mapping[str, Any], lent: Mapping[str, Any]) -> Request:
    from azure.cli.core.commands.client_factory import get_subscription_id

    if lent.get("service_principal") and not lent.get("client_secret") and sys.stdin.isatty():
        lent = {**lent, "client_secret": prompt_pass("Password of the service principal: ")}
    try:
        return read_request(get_subscription_id(cmd.cli_ctx), options, lent)
    except DoNotGoTogether as error:
        raise WrongUsage(str(error), error.recommendation) from error


def _act(cmd: Any, door: arm.Door, decision: Decision, options: Mapping[str, Any]) -> Any:
    """Do what was decided, prove that it works, and answer with the cluster. Raises the account of what failed."""
    job, say, rollback = decision.job, door.patience.say, bool(options["rollback_on_failure"])
    report = runner.apply(decision.waves, say, door.patience.hurry)
    door.patience.take_time()
    if report.cause is not None:
        why = partial(standing, door, job.names, report)
        raise account(report, job.names, job.location, rollback, say, why) from report.cause
    if options["no_wait"]:
        wait = f"az aks wait -g {job.names.group} -n {job.names.cluster} --created"
        if job.facts.cluster is None:
            say(f"  the cluster is being made, and its routes are not looked at: {wait}")
        return None
    existing = job.facts.cluster
    try:
        answer = cluster.settled(cmd, door, job.names) if existing else report.results[steps.CLUSTER]["cluster"]
        _notes.remarks(cmd.cli_ctx, proof.prove(door, job, str(getattr(answer, "node_resource_group", "") or "")))
    except BaseException as error:  # whatever it is, the cluster is there: nothing that it stands on is removed
        report.cause = error
        exists = f"azure calls cluster {job.names.cluster} Succeeded"
        why = partial(str, f"cluster {job.names.cluster} was there before this run" if existing else exists)
        raise account(report, job.names, job.location, rollback, say, why) from error
    return answer
