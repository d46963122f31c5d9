"""Read the options, look at Azure, decide, act, prove, answer: the story of one `az kubenet create`."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from knack.prompting import prompt_pass

from azext_kubenet import checks
from azext_kubenet.addressing.findings import Finding
from azext_kubenet.addressing.network_plugins import KUBENET
from azext_kubenet.addressing.planner.plan_result import plan_given
from azext_kubenet.aks.borrowed import AksCreate, parameters, switched_on
from azext_kubenet.aks.cluster import ClusterMaker, ClusterSpec
from azext_kubenet.aks.contradictions import contradictions
from azext_kubenet.aks.first_pool import surge_to_send
from azext_kubenet.azure.azure_errors import AzureError
from azext_kubenet.azure.bodies import text, within
from azext_kubenet.azure.client import ArmClient, connect, connect_graph
from azext_kubenet.azure.move_state import Position, position
from azext_kubenet.azure.reads import Reader
from azext_kubenet.azure.resources import Names
from azext_kubenet.azure.waiting import RetryPolicy
from azext_kubenet.changes import interrupts, runner
from azext_kubenet.changes.create_steps import CLUSTER
from azext_kubenet.changes.failure_report import report_failure
from azext_kubenet.changes.remedies import remedy_for
from azext_kubenet.changes.service_principal import Principals
from azext_kubenet.changes.standing import not_looked, standing
from azext_kubenet.checks import other_clusters
from azext_kubenet.checks.node_routes import verify_node_routes
from azext_kubenet.discovery.existing import ExistingResources
from azext_kubenet.errors import RefusedByAzure, Together, refuse
from azext_kubenet.operations.another_plugin import refuse_another_plugin
from azext_kubenet.operations.contradictions_together import creation_with_all
from azext_kubenet.operations.create_plan import plan_inside, read_existing, refuse_missing, region
from azext_kubenet.operations.create_rights import rights_needed
from azext_kubenet.operations.creation import Creation, in_another_subnet
from azext_kubenet.operations.login import commands_in_subscription, subscription_of, typed_subscription
from azext_kubenet.operations.together import mended_creation
from azext_kubenet.options.create_options import CreateOptions, another_subscription, read_create_options
from azext_kubenet.options.names import derived_name_findings
from azext_kubenet.options.typed import Typed
from azext_kubenet.output.console import Console
from azext_kubenet.output.screen import may_draw


def run(cmd: Any, typed: Typed) -> Any:
    """Return the cluster of these options, made or found. What prevents it is raised as one of our errors."""
    with commands_in_subscription(cmd.cli_ctx):
        return _run(cmd, typed, Console(cmd.cli_ctx, typed_subscription(cmd.cli_ctx)))


def _run(cmd: Any, typed: Typed, console: Console) -> Any:
    options = read_create_options(_with_password(typed), parameters(), switched_on())
    if options.plan.plugin is not KUBENET:
        refuse_another_plugin(cmd.cli_ctx, options)
    console.retirement()
    subscription = _refuse_what_was_typed(cmd, typed, options)
    names = options.names.within(subscription)
    try:
        client = connect(cmd.cli_ctx, RetryPolicy(options.timeout, console.say))
        with Reader(client, client.retry_policy.leave) as reader:
            found = read_existing(reader, names, options.identity.kind, network_is_named=options.network_is_named)
            if position(found.cluster or {}) is Position.MOVED:
                return _moved(cmd, client, names, options, console)
            creation = _look(cmd, client, reader, options, names, found)
            stages, findings = _decide(reader, creation)
        console.remarks(options.beside_plan(creation.remarks(findings)))
        if options.dry_run:
            return runner.preview(stages)
        if creation.found.cluster is None:
            creation.maker.generate_key()
        return _act(creation, stages, console)
    except AzureError as error:
        codes, words = (error.code, *error.details), options.words
        advice = remedy_for(codes, names, options.aks.location, "", error.message, values=words)
        raise RefusedByAzure(str(error), advice) from error


def _with_password(typed: Typed) -> Typed:
    """The options with the password of a service principal, which is asked for on a terminal alone."""
    if typed.text("service_principal") and not typed.text("client_secret") and sys.stdin.isatty():
        return typed.under(Typed({"client_secret": prompt_pass("Password of the service principal: ")}))
    return typed


def _refuse_what_was_typed(cmd: Any, typed: Typed, options: CreateOptions) -> str:
    """Raise Refused with all that is wrong with the options, before a login is asked for; return the subscription."""
    ranges = options.ranges
    given = plan_given(ranges.size, ranges.requests, ranges.reservations, options.accepted)
    unknown = checks.unknown(options.skip_checks, checks.Phase.CREATE)
    told = given.after([*unknown, *options.findings, *contradictions(options.aks)])
    findings = options.beside_plan(told.findings)
    subscription = subscription_of(cmd.cli_ctx)
    # With a login it is looked at first whether the cluster exists: it may have been created with another name.
    derived = [] if subscription else derived_name_findings(options.names, options.aks.location, options.aks.node_group)
    others = [*derived, *another_subscription(options.plan.subscription, subscription)]
    found = [*findings, *others]
    together = creation_with_all(options.plan, typed, found)
    unseen = options.network_is_named or bool(options.discover)
    whole = Together() if others else together if together.command else mended_creation(options.plan, told)
    refuse(found, whole.before_azure(unseen))
    return subscription or subscription_of(cmd.cli_ctx, required=True)


def _moved(cmd: Any, client: ArmClient, names: Names, options: CreateOptions, console: Console) -> Any:
    """The answer where the cluster exists, and has moved on: that is the good end, and nothing is left to create."""
    place = names.place
    console.say(
        f"= cluster {names.cluster} exists, and has moved from kubenet to Azure CNI Overlay: nothing is created, and "
        f"nothing of it is compared with what was typed; to see how it stands: az kubenet migrate {place} --dry-run"
    )
    if options.dry_run or options.no_wait:
        return [] if options.dry_run else None
    return AksCreate(cmd, client).clusters().get(names.group, names.cluster)


def _look(  # pylint: disable=too-many-positional-arguments
    cmd: Any, client: ArmClient, reader: Reader, options: CreateOptions, names: Names, found: ExistingResources
) -> Creation:
    """Plan inside of what exists. Raises Refused and NotFound for what leaves no plan."""
    graph = partial(connect_graph, cmd.cli_ctx, client.retry_policy)
    principals = Principals(graph, options.identity, names, found, grants=options.role.wanted)
    refuse(in_another_subnet(found, names, options, principals))  # of that, and no other, network is to be spoken
    refuse_missing(reader, names, found, options)
    planned = plan_inside(reader, options, names, found, client.caller)
    rights = rights_needed(reader, options.role, names, found, principals)
    location = region(options.aks.location, names, found)
    surge = surge_to_send(planned.plan.size, typed="max_surge" in options.provenance.typed)
    spec = ClusterSpec(names, location, planned.plan, options.identity, options.aks, options.no_wait, surge)
    shared = other_clusters.SHARING in options.skip_checks
    aks = AksCreate(cmd, client, spins=may_draw(cmd.cli_ctx))
    maker = ClusterMaker(aks, client, spec, found, client.retry_policy.say, shared=shared)
    return Creation(client, options, found, planned, principals, rights, spec, maker)


def _decide(reader: Reader, creation: Creation) -> tuple[runner.Stages, Sequence[Finding]]:
    """The steps that are left to do, and what the checks found. Raises Refused with all findings, before any write."""
    options, exists = creation.options, creation.found.cluster is not None
    providers = () if exists else checks.unregistered(reader, creation.names.subscription, options.identity.kind)
    stages = creation.stages(providers)
    phase = checks.Phase.EXISTING if exists else checks.Phase.CREATE
    checked = checks.run_checks(creation.check_context(reader), phase, options.skip_checks)
    differences = [*creation.planned.differences, *runner.conflicts(stages), *checked]
    refuse(options.beside_plan([*creation.unfit_names(), *differences]))
    if not exists:
        creation.maker.validate_only()
    return stages, checked


def _act(creation: Creation, stages: runner.Stages, console: Console) -> Any:
    """Do what was decided, prove that it works, and answer with the cluster. Raises the report of what failed."""
    result, policy = runner.RunResult(), creation.client.retry_policy
    there = creation.found.cluster is not None
    with interrupts.terminated_as_interrupted():
        try:
            runner.apply(stages, console.say, policy.give_up, result)
            answer = None if result.cause else _proven(creation, result, console)
        except BaseException as error:  # noqa: BLE001  pylint: disable=broad-exception-caught  # none skips the account
            result.cause = error
        policy.resume()
        if result.cause is None:
            return answer
        look = partial(standing, creation.client, creation.names, result, there)
        # Who stops the run waits for nothing, and nothing more is asked: but for a rollback that was asked for.
        leaves = result.interrupted and not creation.options.rollback
        raise report_failure(
            result,
            names=creation.names,
            location=creation.spec.location,
            rollback_wanted=creation.options.rollback,
            say=console.say,
            look=not_looked if leaves else look,
            values=creation.words,
        ) from result.cause


def _proven(creation: Creation, result: runner.RunResult, console: Console) -> Any:
    """The cluster, once it is proven to work; None if it was only sent."""
    names, there = creation.names, creation.found.cluster is not None
    place = names.place
    if creation.options.no_wait:
        if not there:
            console.say("  the cluster is being created, and its routes are not checked")
            console.say(f"  to wait for it: az kubenet wait {place} --created")
            console.say(f"  to use it then: az aks get-credentials {place}")
        elif (state := text(within(creation.found.cluster, "properties"), "provisioningState")) != "Succeeded":
            console.say(f"  the cluster is {state}, and its routes are not checked")
            console.say(f"  to wait for it: az kubenet wait {place} --created")
        return None
    answer = creation.maker.wait_until_succeeded() if there else result.results[CLUSTER]["cluster"]
    node_group = str(getattr(answer, "node_resource_group", "") or "")
    console.remarks(verify_node_routes(creation.client, creation.routes(), node_group, console.say))
    console.say(f"  to use it: az aks get-credentials {place}")
    return answer
