"""Gather, decide, act, prove, answer: the story of one `az kubenet create`."""

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from knack.prompting import prompt_pass

from azext_kubenet.addressing.planner.plan_result import check_given
from azext_kubenet.aks import borrowed, cluster
from azext_kubenet.azure import client
from azext_kubenet.azure.directory import DoNotGoTogether
from azext_kubenet.azure.reads import Reader
from azext_kubenet.changes import create_steps, runner
from azext_kubenet.changes.failure_report import report_failure, what_it_supports
from azext_kubenet.changes.remedies import remedy_for
from azext_kubenet.checks import node_routes
from azext_kubenet.errors import RefusedByAzure, WrongUsage, refuse
from azext_kubenet.operations.decision import Decision, decide
from azext_kubenet.operations.request import CreateRequest, read_request
from azext_kubenet.output import console


def create_cluster(cmd: Any, options: Mapping[str, Any]) -> Any:
    """The cluster of these options, made or found; what stands against it is raised as an error of _errors."""
    lent = borrowed.aks_options(options)
    request = _request(cmd, options, lent)
    reading, accepted = request.reading, options["accept_risk"] or ()
    refuse([*request.findings, *check_given(reading.demand, reading.wish, reading.taken, accepted)])
    patience = client.RetryPolicy(float(options["propagation_timeout"]), lambda line: console.say(cmd.cli_ctx, line))
    try:
        door = client.connect(cmd.cli_ctx, patience)
        with Reader(door, door.patience.give_up) as reader:
            decision = decide(cmd, door, reader, request, options)
        console.remarks(cmd.cli_ctx, decision.remarks)
        if options["dry_run"]:
            return runner.preview(decision.waves)
        return _act(cmd, door, decision, options)
    except client.AzureError as error:
        raise RefusedByAzure(str(error), _advice(error, request, lent)) from error


def _advice(error: client.AzureError, request: CreateRequest, lent: Mapping[str, Any]) -> str:
    return remedy_for((error.code, *error.details), request.names, str(lent.get("location") or ""), "", error.message)


def _request(cmd: Any, options: Mapping[str, Any], lent: Mapping[str, Any]) -> CreateRequest:
    from azure.cli.core.commands.client_factory import get_subscription_id

    if lent.get("service_principal") and not lent.get("client_secret") and sys.stdin.isatty():
        lent = {**lent, "client_secret": prompt_pass("Password of the service principal: ")}
    try:
        return read_request(get_subscription_id(cmd.cli_ctx), options, lent)
    except DoNotGoTogether as error:
        raise WrongUsage(str(error), error.recommendation) from error


def _act(cmd: Any, door: client.ArmClient, decision: Decision, options: Mapping[str, Any]) -> Any:
    """Do what was decided, prove that it works, and answer with the cluster. Raises the account of what failed."""
    job, say, rollback = decision.job, door.patience.say, bool(options["rollback_on_failure"])
    report = runner.apply(decision.waves, say, door.patience.give_up)
    door.patience.resume()
    if report.cause is not None:
        why = partial(what_it_supports, door, job.names, report)
        raise report_failure(report, job.names, job.location, rollback, say, why) from report.cause
    if options["no_wait"]:
        wait = f"az aks wait -g {job.names.group} -n {job.names.cluster} --created"
        if job.existing.cluster is None:
            say(f"  the cluster is being made, and its routes are not looked at: {wait}")
        return None
    existing = job.existing.cluster
    try:
        answer = (
            cluster.wait_until_succeeded(cmd, door, job.names)
            if existing
            else report.results[create_steps.CLUSTER]["cluster"]
        )
        console.remarks(
            cmd.cli_ctx,
            node_routes.verify_node_routes(door, job, str(getattr(answer, "node_resource_group", "") or "")),
        )
    except BaseException as error:  # whatever it is, the cluster is there: nothing that it stands on is removed
        report.cause = error
        exists = f"azure calls cluster {job.names.cluster} Succeeded"
        why = partial(str, f"cluster {job.names.cluster} was there before this run" if existing else exists)
        raise report_failure(report, job.names, job.location, rollback, say, why) from error
    return answer
