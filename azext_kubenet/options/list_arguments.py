"""The options of `list`, as azure-cli is told of them; --subscription is azure-cli's own."""

from azure.cli.core.commands.parameters import AzArgumentContext, get_enum_type, get_resource_group_completion_list

from azext_kubenet.options.check_options import FAIL_ON
from azext_kubenet.options.shell_words import read_word


def scope_arguments(c: AzArgumentContext) -> None:
    """Register those that narrow the list."""
    c.extra(
        "resource_group_name",
        options_list=["--resource-group", "-g"],
        type=read_word,
        completer=get_resource_group_completion_list,
        help="List only clusters of resource groups of this name, in whichever subscription.",
    )
    c.extra(
        "management_groups",
        nargs="+",
        type=read_word,
        help="Names of management groups: list only clusters of their subscriptions. Default: all subscriptions that "
        "the login can read; with --subscription, that one.",
    )
    c.extra(
        "tag",
        options_list=["--tag"],
        nargs="+",
        type=read_word,
        help="Tags that a cluster must have, all of them, as KEY or KEY=VALUE. Keys match in any case, values exactly.",
    )
    c.extra("blocked", action="store_true", help="List only clusters whose move to Azure CNI Overlay is blocked.")
    c.extra("ready", action="store_true", help="List only clusters that are ready to move. With --blocked: either.")


def measure_arguments(c: AzArgumentContext) -> None:
    """Register those on how to measure, and what becomes of it."""
    c.extra(
        "live",
        action="store_true",
        help="Count the addresses in use now, with one request for each virtual network of the listed clusters. "
        "Otherwise they are counted as Azure Resource Graph knows them.",
    )
    c.extra(
        "fail_on",
        arg_type=get_enum_type(FAIL_ON),
        default=FAIL_ON[0],
        help="Exit with 1 when a listed cluster is at least this bad. error: it has no room to upgrade, or for one "
        "more node. warning: it has no room for all autoscalers at their maximum and an upgrade. The list is printed "
        "in any case.",
    )
