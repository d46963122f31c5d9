"""The options. Those of `az aks create` are lent to `create` unread; ours go first where both have one of a name."""

from azure.cli.core.commands.parameters import get_enum_type, get_resource_group_completion_list

import azext_kubenet.aks.borrowed
from azext_kubenet.addressing import limits
from azext_kubenet.options.actions import keep_every_word
from azext_kubenet.options.choices import DISCOVERIES, IDENTITY_TYPES, NEEDS, ROLE_SCOPES, SUBNET_SCOPE

_ACCEPT_RISK = (
    "Names of rules, as the findings show them in brackets, whose errors become warnings. Only rules that Azure itself "
    "does not refuse can be accepted."
)

_SKIP_CHECKS = "Names of preflight checks, as their findings show them in brackets, whose errors become warnings."


def load_arguments(self, command):
    """Register the options of one command."""
    with self.argument_context("kubenet plan") as context:
        _demand(context)
        _ranges(context)
        _existing_network(context)
        _answer(context)
    with self.argument_context("kubenet create") as context:
        _demand_of_create(context)
        _ranges(context)
        _network(context)
        _identity(context)
        _run(context)
    for scope in ("kubenet plan", "kubenet create"):
        for argument in self.extra_argument_registry.get(scope, {}).values():
            keep_every_word(argument.type.settings)
    if command in ("kubenet create", ""):  # azure-cli asks with no name when it wants the options of all commands
        _lend(self)


def _demand(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Demand") as c:
        c.extra(
            "node_count",
            options_list=["--node-count", "-c"],
            type=int,
            default=limits.DEFAULT_NODE_COUNT,
            help="Nodes at creation.",
        )
        c.extra(
            "max_count",
            type=int,
            help="The most nodes that the cluster will ever run, all pools together. Default: not stated.",
        )
        c.extra(
            "max_pods",
            options_list=["--max-pods", "-m"],
            type=int,
            default=limits.DEFAULT_MAX_PODS,
            help=f"Pods per node, {limits.MIN_PODS_PER_NODE} to {limits.MAX_PODS_PER_NODE}. Microsoft's article of "
            f"2019 said that {limits.DEFAULT_MAX_PODS} is the most.",
        )
        _surge_and_extra(c, default_surge=limits.DEFAULT_MAX_SURGE, default_extra=0)


def _demand_of_create(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Demand") as c:
        _surge_and_extra(c)


def _surge_and_extra(context, default_surge=None, default_extra=None):
    """In create, what is not typed may come from a plan: there the defaults stand in the text."""
    context.extra(
        "max_surge",
        default=default_surge,
        help="Extra nodes during an upgrade: a number, or a percentage of the pool such as 33%. Kubernetes before 1.32 "
        "surges by 1." + ("" if default_surge else f" Default: {limits.DEFAULT_MAX_SURGE}."),
    )
    context.extra(
        "extra_ips",
        type=int,
        default=default_extra,
        help="Other addresses that the subnet must hold: internal load balancers, private endpoints."
        + ("" if default_surge else " Default: 0."),
    )
    context.extra(
        "pool",
        options_list=["--pool"],
        nargs="+",
        action="append",
        help="A node pool as NAME:COUNT[:MAX[:SURGE]], the system pool first; may be given more than once. Takes the "
        "place of --node-count and --max-count. Example: --pool system:3 --pool work:10:60:33%.",
    )


def _ranges(context):
    loader, scope = context.command_loader, context.command_scope
    with loader.argument_context(scope, arg_group="Ranges") as c:
        c.extra(
            "vnet_address_prefixes",
            nargs="+",
            help="Address prefixes of the virtual network: CIDRs to keep as they are, or a size such as /20.",
        )
        c.extra(
            "subnet_prefix",
            options_list=["--subnet-prefix", "--subnet-prefixes"],
            nargs="+",
            help="Address prefix of the subnet: a CIDR to keep as it is, or a size such as /26.",
        )
        c.extra("pod_cidr", help="Range of the pods, a /24 of it for each node: a CIDR, or a size such as /16.")
        c.extra("service_cidr", help="Range of the services, smaller than /12: a CIDR, or a size such as /20.")
        c.extra(
            "dns_service_ip", help="Address of the DNS service: base + 10 of the service CIDR, derived if left out."
        )
        c.extra(
            "docker_bridge_address",
            deprecate_info=None,
            help="Address and prefix of the docker bridge, such as 172.17.0.1/16: checked against every other range, "
            "derived if left out, and never sent to Azure.",
        )
    with loader.argument_context(scope, arg_group="Space") as c:
        c.extra("within", nargs="+", help="Blocks that the virtual network and the subnet may be taken from.")
        c.extra(
            "exclude_prefixes",
            nargs="+",
            help="Ranges in use elsewhere (on-premises, ExpressRoute, other sites): CIDRs, or @FILE with one a line "
            "and # before comments, a table, YAML, or JSON as inventories and az export it, az aks list and plans of "
            "this command among it. Chosen ranges avoid them; a given range that overlaps one is an error.",
        )
        c.extra(
            "discover",
            arg_type=get_enum_type(DISCOVERIES),
            help="Keep clear of all networks and on-premises sites that Azure Resource Graph shows, in the "
            "subscription or in all that the login can read. Needs a login.",
        )
        c.extra("accept_risk", nargs="+", help=_ACCEPT_RISK)


def _existing_network(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Network") as c:
        c.extra(
            "resource_group_name",
            options_list=["--resource-group", "-g"],
            completer=get_resource_group_completion_list,
            help="Resource group of the virtual network.",
        )
        c.extra(
            "vnet_name",
            options_list=["--vnet-name"],
            help="Plan inside this virtual network: its address space, subnets, peerings, gateways, routes and "
            "clusters are read. Needs a login.",
        )
        c.extra("vnet_subnet_id", help="The same by the id of an existing subnet for the nodes.")
        c.extra("subnet_name", help="Subnet for the nodes: measured if it exists. Default: a new one is planned.")
        c.extra("skip_checks", nargs="+", help=_SKIP_CHECKS)


def _answer(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Answer") as c:
        c.extra(
            "explain",
            action="store_true",
            help="Say on standard error why each range is that one, what is around it, and how far the cluster can "
            "grow.",
        )
        c.extra(
            "compare",
            action="store_true",
            help="Set kubenet beside Azure CNI Overlay, node subnet and pod subnet for the same demand and subnet.",
        )
        c.extra("needs", nargs="+", arg_type=get_enum_type(NEEDS), help="What the cluster must offer, for --compare.")
        c.extra("growth", help="Growth a year, such as 25%: adds to each limit the years until it is reached.")
        c.extra(
            "map_file",
            options_list=["--map"],
            help="Draw the address space to scale into this .svg or .html file, of a refused plan too.",
        )
        c.extra(
            "export_file",
            options_list=["--export"],
            help="Write the plan for others to deploy: an ARM template (.json), Bicep (.bicep), Terraform (.tf), or "
            "a bash script of az commands (.sh).",
        )


def _network(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Plan") as c:
        c.extra(
            "plan",
            help="The output of az kubenet plan: a JSON string, @FILE, or @- for a pipe. Checked anew like any other "
            "input; an option that contradicts it is an error.",
        )
    with context.command_loader.argument_context(context.command_scope, arg_group="Network") as c:
        c.extra(
            "vnet_name",
            options_list=["--vnet-name"],
            help="Virtual network: an existing one is used and never written, a missing one is made."
            "Default: NAME-vnet.",
        )
        c.extra("subnet_name", help="Subnet in it, used or created likewise. Default: NAME-subnet.")
        c.extra(
            "vnet_resource_group", help="Resource group of an existing virtual network. Default: the cluster's group."
        )


def _identity(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Identity") as c:
        c.extra(
            "identity_type",
            arg_type=get_enum_type(IDENTITY_TYPES),
            help="Identity of the cluster. userAssigned makes NAME-identity, unless --assign-identity names one. "
            "Default: what the other options imply, else userAssigned.",
        )
        c.extra(
            "create_service_principal",
            options_list=["--create-service-principal", "--create-sp"],
            action="store_true",
            help="Make a service principal NAME-sp for the cluster, with no role but the one on its network.",
        )
        c.extra(
            "role",
            default="Network Contributor",
            help="Role to grant to the cluster's identity, by name or id; Owner and Contributor count as granted.",
        )
        c.extra(
            "role_scope",
            arg_type=get_enum_type(ROLE_SCOPES),
            default=SUBNET_SCOPE,
            help="Where to grant the role: on the subnet, or on the whole virtual network.",
        )


def _run(context):
    with context.command_loader.argument_context(context.command_scope, arg_group="Run") as c:
        c.extra("dry_run", action="store_true", help="Show what would be done, step by step, and write nothing.")
        c.extra("skip_checks", nargs="+", help=_SKIP_CHECKS)
        c.extra(
            "rollback_on_failure",
            action="store_true",
            help="When the command fails, delete in reverse order exactly what this run has made, up to the first "
            "thing that cannot be removed. A cluster that Azure calls Succeeded stays, and all that it stands on.",
        )
        c.extra(
            "propagation_timeout",
            type=int,
            default=300,
            help="Seconds to wait, at most, for what passes by itself: an identity or a grant that has not spread "
            "yet, a busy service, a lost connection, a failing login, routes that are still being written.",
        )


def _lend(loader):
    """Offer every option of the installed `az aks create` that is not ours."""

    ours = set(loader.extra_argument_registry["kubenet create"]) | set(loader.command_table["kubenet create"].arguments)
    with loader.argument_context("kubenet create") as context:
        for name, settings in azext_kubenet.aks.borrowed.borrowed_options(loader.cli_ctx):
            if name in _SIZES_THE_PLAN:
                settings.update(arg_group="Demand", help=f"{settings['help']} Sizes the plan, too.")
            if name not in ours:
                context.extra(name, **settings)


#: Options of `az aks create` that are options of plan, too.
_SIZES_THE_PLAN = ("node_count", "max_count", "max_pods")
