"""The options of `migrate`, as azure-cli is told of them."""

from azure.cli.core.commands.parameters import AzArgumentContext, get_enum_type

from azext_kubenet.addressing.registry import checks_of_move
from azext_kubenet.options import completion
from azext_kubenet.options.migrate_options import ENGINES, NONE, RISKS, STOPS
from azext_kubenet.options.shell_words import read_id


def target_arguments(c: AzArgumentContext) -> None:
    """Register those on what the cluster is to be afterwards."""
    c.extra(
        "pod_cidr",
        help="Range for pods after the move: a CIDR, or a size such as /16, for which a free range is found. Default: "
        "the range of the cluster, which keeps the /24 of each node.",
    )
    c.extra(
        "then",
        arg_type=get_enum_type(ENGINES),
        default=NONE,
        help="Network policy engine after the move. Any engine that is there is taken off before the move, because "
        "Azure requires that.",
    )
    c.extra(
        "assign_identity",
        type=read_id,
        help="ID of a user-assigned identity that the cluster is to run as from now on. It is granted what it needs, "
        "and the run ends there, as Azure takes hours to spread the change; the next one leaves this out.",
    )


def execution_arguments(c: AzArgumentContext) -> None:
    """Register those on what is done, and what is looked at before."""
    c.extra("dry_run", action="store_true", help="Show every blocker and each step, without writing anything.")
    c.extra(
        "until",
        arg_type=get_enum_type(STOPS),
        help="End after this step. The same command without it goes on.",
    )
    c.extra(
        "inspect_cluster",
        action="store_true",
        help="Look inside the cluster before and after the move, through az aks command invoke, which starts a "
        "short-lived pod in it: disruption budgets, own rules of ip-masq-agent, nodes that are not ready, network "
        "policies.",
    )
    c.extra(
        "accept_risk",
        nargs="+",
        completer=completion.names(RISKS),
        help="Names of risks whose errors become warnings: policy-gap (the time in which network policies are not "
        "enforced), cluster-not-inspected (moving without a look inside).",
    )
    c.extra(
        "skip_checks",
        nargs="+",
        completer=completion.names(checks_of_move()),
        help="Names of checks, shown before each finding, whose errors become warnings, and without which the cluster "
        f"is moved where they could not look. Names: {', '.join(checks_of_move())}.",
    )
    c.extra("yes", options_list=["--yes", "-y"], action="store_true", help="Do not ask for the name of the cluster.")


def file_arguments(c: AzArgumentContext) -> None:
    """Register the file that is written before the first write."""
    c.extra(
        "save_file",
        options_list=["--save"],
        completer=completion.files(".json"),
        help="Write the cluster, its route tables and security groups as they are to this .json file before anything "
        "is changed; with --inspect-cluster its network policies, too. A file that an earlier run of this move has "
        "written is kept.",
    )
