"""Read the options, look at Azure, decide, act, prove, answer: the story of one `az kubenet create`."""

import sys
from functools import partial
from typing import Any

from knack.prompting import prompt_pass

from azext_kubenet.addressing.planner.plan_result import plan_given
from azext_kubenet.aks import borrowed, cluster
from azext_kubenet.aks.contradictions import contradictions
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.client import ArmClient, connect
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.changes import create_steps, runner
from azext_kubenet.changes.failure_report import report_failure, what_it_supports
from azext_kubenet.changes.remedies import remedy_for
from azext_kubenet.checks import node_routes
from azext_kubenet.errors import RefusedByAzure, refuse
from azext_kubenet.operations.decision import Decision, decide
from azext_kubenet.operations.login import subscription_of
from azext_kubenet.options.create_options import CreateOptions, another_subscription, read_create_options
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.console import Console


def create(cmd: Any, typed: Typed) -> Any:
    """Return the cluster of these options, made or found. What stands against it is raised as one of our errors."""
    console = Console(cmd.cli_ctx)
    console.retirement()
    options = read_create_options(_with_password(typed), borrowed.parameters())
    subscription = _refuse_what_was_typed(cmd, options)
    names = options.names.within(subscription)
    try:
        client = connect(cmd.cli_ctx, RetryPolicy(options.timeout, console.say))
        with Reader(client, client.patience.give_up) as reader:
            decision = decide(cmd, client, reader, options, names, console.say)
        console.remarks(decision.remarks)
        if options.dry_run:
            return runner.preview(decision.stages)
        return _act(cmd, client, console, decision, options)
    except AzureError as error:
        advice = remedy_for((error.code, *error.details), names, options.aks.location, "", error.message)
        raise RefusedByAzure(str(error), advice) from error


def _with_password(typed: Typed) -> Typed:
    """The options with the password of a service principal, which is asked for on a terminal alone."""
    if typed.text("service_principal") and not typed.text("client_secret") and sys.stdin.isatty():
        return typed.under(Typed({"client_secret": prompt_pass("Password of the service principal: ")}))
    return typed


def _refuse_what_was_typed(cmd: Any, options: CreateOptions) -> str:
    """Raise Refused with all that is wrong with the options, before a login is asked for; return the subscription."""
    ranges = options.ranges
    given = plan_given(ranges.size, ranges.requests, ranges.reservations, options.accept_risk)
    findings = given.after([*options.findings, *contradictions(options.aks)]).findings
    subscription = subscription_of(cmd.cli_ctx)
    refuse([*findings, *(another_subscription(options, subscription) if subscription else ())])
    return subscription or subscription_of(cmd.cli_ctx, required=True)


def _act(cmd: Any, client: ArmClient, console: Console, decision: Decision, options: CreateOptions) -> Any:
    """Do what was decided, prove that it works, and answer with the cluster. Raises the report of what failed."""
    inputs, say = decision.inputs, console.say
    result = runner.apply(decision.stages, say, client.patience.give_up)
    client.patience.resume()
    if result.cause is not None:
        why = partial(what_it_supports, client, inputs.names, result)
        raise report_failure(result, inputs.names, inputs.location, options.rollback, say, why) from result.cause
    existing = inputs.existing.cluster
    if options.no_wait:
        wait = f"az aks wait -g {inputs.names.group} -n {inputs.names.cluster} --created"
        if existing is None:
            say(f"  the cluster is being made, and its routes are not looked at: {wait}")
        return None
    try:
        if existing:
            answer = cluster.wait_until_succeeded(cmd, client, inputs.names, say)
        else:
            answer = result.results[create_steps.CLUSTER]["cluster"]
        node_group = str(getattr(answer, "node_resource_group", "") or "")
        console.remarks(node_routes.verify_node_routes(client, inputs, node_group, say))
    except BaseException as error:  # whatever it is, the cluster is there: nothing that it stands on is removed
        result.cause = error
        exists = f"azure calls cluster {inputs.names.cluster} Succeeded"
        why = partial(str, f"cluster {inputs.names.cluster} was there before this run" if existing else exists)
        raise report_failure(result, inputs.names, inputs.location, options.rollback, say, why) from error
    return answer
