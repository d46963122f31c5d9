"""The options of `check`, as azure-cli is told of them."""

from typing import Any

from azure.cli.core.commands.parameters import (
    AzArgumentContext,
    get_enum_type,
    get_resource_group_completion_list,
    get_resource_name_completion_list,
)
from knack.events import EVENT_INVOKER_POST_PARSE_ARGS

from azext_kubenet.addressing.registry import risks_of_check, running_checks
from azext_kubenet.options import completion
from azext_kubenet.options.check_options import FAIL_ON
from azext_kubenet.options.shell_words import read_number, read_word


def cluster_arguments(c: AzArgumentContext, *, several: bool) -> None:
    """Register those that name the cluster. several: whether --ids may name several, side by side"""
    c.extra(
        "resource_group_name",
        options_list=["--resource-group", "-g"],
        type=read_word,
        id_part="resource_group" if several else None,
        completer=get_resource_group_completion_list,
        required=True,
        help="Resource group of the cluster.",
    )
    c.extra(
        "name",
        options_list=["--name", "-n"],
        type=read_word,
        completer=get_resource_name_completion_list("Microsoft.ContainerService/managedClusters"),
        id_part="name" if several else None,
        required=True,
        help="Name of the cluster.",
    )


def have_no_ids_refused(cli_ctx: Any) -> None:
    """Have `check` run, and refuse it, where --ids named nothing: azure-cli would run no command, and end with 0."""
    cli_ctx.register_event(EVENT_INVOKER_POST_PARSE_ARGS, _after_ids)


def _after_ids(_: Any, *, command: str, args: Any) -> None:
    from azure.cli.core.commands.validators import IterateValue

    if command == "kubenet check":
        for name in [name for name, value in vars(args).items() if isinstance(value, IterateValue) and not value]:
            setattr(args, name, None)


def growth_arguments(c: AzArgumentContext) -> None:
    """Register those on nodes that would be added."""
    c.extra(
        "add_nodes",
        type=read_number,
        help="Number of nodes that would be added to one pool: is there room for them, whichever pool it is?",
    )
    c.extra(
        "pool",
        options_list=["--pool"],
        nargs="+",
        action="append",
        help="Nodes that would be added to one pool, as NAME:+N. Can be repeated. Example: --pool user:+5.",
    )


def execution_arguments(c: AzArgumentContext) -> None:
    """Register those on what is looked at, and what becomes of it."""
    c.extra(
        "inspect_cluster",
        action="store_true",
        help="Also look inside the cluster, through az aks command invoke, which starts a short-lived pod in it and "
        "requires a right that the role Reader does not have: nodes that are not ready, the pod CIDR of each node, "
        "and disruption budgets that block an upgrade.",
    )
    c.extra(
        "fail_on",
        arg_type=get_enum_type(FAIL_ON),
        default=FAIL_ON[0],
        help="Exit with 1 when a finding is at least this severe. The report is printed in any case.",
    )
    c.extra(
        "accept_risk",
        nargs="+",
        completer=completion.names(risks_of_check()),
        help="Names of rules about overlapping ranges whose errors become warnings. "
        f"Names: {', '.join(risks_of_check())}.",
    )
    c.extra(
        "skip_checks",
        nargs="+",
        completer=completion.names(running_checks()),
        help="Names of checks, shown before each finding, whose errors become warnings. "
        f"Names: {', '.join(running_checks())}.",
    )


def file_arguments(c: AzArgumentContext) -> None:
    """Register those on files beside the answer."""
    c.extra(
        "findings_file",
        options_list=["--findings"],
        completer=completion.files(".json", ".sarif", ".xml"),
        help="Write all findings to this file: JSON (.json), SARIF for code scanning (.sarif), or JUnit (.xml).",
    )
    c.extra(
        "map_file",
        options_list=["--map"],
        completer=completion.files(".svg", ".html"),
        help="Draw the cluster in this .svg file, or write a report to this .html file: what it uses of each limit, "
        "what is free, and what an upgrade takes. - is standard output: the report is then not printed.",
    )
