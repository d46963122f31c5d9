"""The options. Those of `az aks create` are passed on by `create`; where both have one of a name, ours is used."""

from typing import Any

from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands.parameters import (
    AzArgumentContext,
    get_enum_type,
    get_resource_group_completion_list,
    get_resource_name_completion_list,
)

from azext_kubenet.addressing import limits
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY
from azext_kubenet.addressing.registry import acceptable_risks, names_of_checks
from azext_kubenet.options import check_arguments, completion, migrate_arguments
from azext_kubenet.options.actions import add_up, keep_every_word
from azext_kubenet.options.choices import DISCOVERIES, IDENTITY_TYPES, ROLE_SCOPES, SUBNET_SCOPE
from azext_kubenet.options.list_arguments import measure_arguments, scope_arguments
from azext_kubenet.options.output_arguments import output_arguments
from azext_kubenet.options.plugin_arguments import plugin_arguments
from azext_kubenet.options.shell_words import read_id, read_number, read_word
from azext_kubenet.options.wait_arguments import condition_arguments

_PLAN, _CREATE, _CHECK, _LIST = "kubenet plan", "kubenet create", "kubenet check", "kubenet list"
_MIGRATE, _WAIT = "kubenet migrate", "kubenet wait"
#: Groups of our options. azure-cli sorts them by their names, so that those of `az aks create` come last.
_OUTPUT, _SIZE, _RANGES, _SPACE = "Output", "Cluster size", "Ranges", "Address space"
_NETWORK, _IDENTITY, _EXECUTION, _SCOPE = "Network", "Identity", "Execution", "Scope"
_CONDITION = "Wait Condition"
#: The groups of options of commands on one cluster that exists.
_OF_ONE_CLUSTER = {
    _CHECK: (
        (_SIZE, check_arguments.growth_arguments),
        (_EXECUTION, check_arguments.execution_arguments),
        (_OUTPUT, check_arguments.file_arguments),
    ),
    _MIGRATE: (
        (_NETWORK, migrate_arguments.target_arguments),
        (_EXECUTION, migrate_arguments.execution_arguments),
        (_OUTPUT, migrate_arguments.file_arguments),
    ),
    _WAIT: ((_CONDITION, condition_arguments),),
}
#: Roles that suffice for a cluster's identity, the default first.
_ROLES = ("Network Contributor", "Contributor", "Owner")
#: Options of `az aks create` that are options of plan, too.
_SIZES_THE_PLAN = ("node_count", "max_count", "max_pods")


def load_arguments(self: AzCommandsLoader, command: str) -> None:
    """Register the options of one command, or of both for no name: azure-cli then wants those of all commands."""
    if command in (_PLAN, ""):
        with self.argument_context(_PLAN) as context:
            _size_of_plan(context)
            _ranges(context)
            _space(context)
            _network_of_plan(context)
            _again(context)
            with _group(context, _NETWORK) as grouped:
                plugin_arguments(grouped)
            with _group(context, _OUTPUT) as grouped:
                output_arguments(grouped)
            _accepted(context, of_plan=True)
    if command in (_CREATE, ""):
        with self.argument_context(_CREATE) as context:
            _surge_and_extra(context, default_surge=None, default_extra=None)
            _ranges(context)
            _space(context)
            _network_of_create(context)
            _identity(context)
            _accepted(context, of_plan=False)
            _execution(context)
    for one_cluster in _OF_ONE_CLUSTER:
        if command in (one_cluster, ""):
            _of_one_cluster(self, one_cluster)
    if command in (_LIST, ""):
        with self.argument_context(_LIST) as context:
            with _group(context, _SCOPE) as grouped:
                scope_arguments(grouped)
            with _group(context, _OUTPUT) as grouped:
                measure_arguments(grouped)
    for scope in (_PLAN, _CREATE, _CHECK, _LIST, _MIGRATE, _WAIT):
        for argument in self.extra_argument_registry.get(scope, {}).values():
            keep_every_word(argument.type.settings)
    if command in (_CREATE, ""):
        _lend(self)


def _of_one_cluster(loader: AzCommandsLoader, command: str) -> None:
    with loader.argument_context(command) as context:
        check_arguments.cluster_arguments(context, several=command == _CHECK)
        for group, register in _OF_ONE_CLUSTER[command]:
            with _group(context, group) as grouped:
                register(grouped)
    if command == _CHECK:
        check_arguments.have_no_ids_refused(loader.cli_ctx)


def _group(context: AzArgumentContext, name: str) -> AzArgumentContext:
    return context.command_loader.argument_context(context.command_scope, arg_group=name)


def _size_of_plan(context: AzArgumentContext) -> None:
    with _group(context, _SIZE) as c:
        c.extra(
            "node_count",
            options_list=["--node-count", "-c"],
            type=read_number,
            default=limits.DEFAULT_NODE_COUNT,
            help="Number of nodes at creation.",
        )
        c.extra(
            "max_count",
            type=read_number,
            help="Maximum number of nodes that the cluster will ever run, all node pools together. Default: not "
            "stated.",
        )
        c.extra(
            "max_pods",
            options_list=["--max-pods", "-m"],
            type=read_number,
            help=f"Maximum number of pods per node, {limits.MIN_PODS_PER_NODE} to {limits.MAX_PODS_PER_NODE}. "
            f"Microsoft's article of 2019 gives {limits.DEFAULT_MAX_PODS} as the limit. Default: "
            f"{KUBENET.default_max_pods}, on Azure CNI Overlay {OVERLAY.default_max_pods}.",
        )
    _surge_and_extra(context, default_surge=limits.DEFAULT_MAX_SURGE, default_extra=0)


def _surge_and_extra(context: AzArgumentContext, default_surge: str | None, default_extra: int | None) -> None:
    """Register options whose values may come from a plan in create: there only the text states their defaults."""
    with _group(context, _SIZE) as c:
        c.extra(
            "max_surge",
            default=default_surge,
            help="Extra nodes during an upgrade: a number of nodes, such as 3, or a percentage of the pool, such as "
            "33%. Kubernetes before 1.32 uses 1." + ("" if default_surge else f" Default: {limits.DEFAULT_MAX_SURGE}."),
        )
        c.extra(
            "extra_ips",
            type=read_number,
            default=default_extra,
            help="Number of other addresses that the subnet must hold, for example for internal load balancers and "
            "private endpoints." + ("" if default_surge else " Default: 0."),
        )
        c.extra(
            "pool",
            options_list=["--pool"],
            nargs="+",
            action="append",
            help="Node pool as NAME:COUNT[:MAX[:SURGE]], the system pool first. Can be repeated. Replaces "
            "--node-count and --max-count. Example: --pool system:3 --pool work:10:60:33%.",
        )


def _ranges(context: AzArgumentContext) -> None:
    with _group(context, _RANGES) as c:
        c.extra(
            "vnet_address_prefixes",
            nargs="+",
            help="Address prefixes of the virtual network: CIDRs, which are kept unchanged, or a size such as /20.",
        )
        c.extra(
            "subnet_prefix",
            options_list=["--subnet-prefix", "--subnet-prefixes"],
            nargs="+",
            help="Address prefix of the subnet: a CIDR, which is kept unchanged, or a size such as /26.",
        )
        c.extra("pod_cidr", help="Range for pods, of which each node takes a /24: a CIDR, or a size such as /16.")
        c.extra("service_cidr", help="Range for services, smaller than a /12: a CIDR, or a size such as /20.")
        c.extra(
            "dns_service_ip",
            help="IP address of the DNS service. Default: the tenth address after the base of the service CIDR.",
        )
        c.extra(
            "docker_bridge_address",
            deprecate_info=None,
            help="Address and prefix of the Docker bridge, such as 172.17.0.1/16. Checked against every other range, "
            "chosen if omitted, and never sent to Azure.",
        )


def _space(context: AzArgumentContext) -> None:
    with _group(context, _SPACE) as c:
        c.extra("within", nargs="+", help="Blocks from which the virtual network and the subnet are chosen.")
        c.extra(
            "exclude_prefixes",
            nargs="+",
            completer=completion.contents(),
            help="Ranges in use elsewhere, such as on-premises networks and ExpressRoute: CIDRs, or @FILE with one "
            "range per line (# starts a comment), a table, YAML, or JSON as exported by inventories and az, including "
            "az aks list and plans of this command. '@PATTERN' reads all files that match, such as '@plans/*.json', "
            "except the one to which the output is redirected. Chosen ranges avoid them; a given range that overlaps "
            "one is an error.",
        )
        c.extra(
            "discover",
            arg_type=get_enum_type(DISCOVERIES),
            help="Avoid all networks, virtual hubs, on-premises sites, pools of VPN clients and, while there is room, "
            "clusters that Azure Resource Graph shows: in the subscription, or in every subscription that the account "
            "can read. Routes that ExpressRoute or BGP learns are not shown there. Requires a login.",
        )


def _accepted(context: AzArgumentContext, of_plan: bool) -> None:
    with _group(context, _EXECUTION) as c:
        c.extra(
            "accept_risk",
            nargs="+",
            completer=completion.names(acceptable_risks()),
            help="Names of rules, shown in brackets after each finding, whose errors become warnings. Only errors that "
            f"Azure itself does not refuse can be accepted. Names: {', '.join(acceptable_risks())}.",
        )
        c.extra(
            "skip_checks",
            nargs="+",
            completer=completion.names(names_of_checks(of_plan)),
            help="Names of preflight checks, shown in brackets after each finding, whose errors become warnings. "
            f"Names: {', '.join(names_of_checks(of_plan))}.",
        )


def _again(context: AzArgumentContext) -> None:
    with _group(context, _RANGES) as c:
        c.extra(
            "plan",
            completer=completion.contents(".json", standard_input=True),
            help="Earlier output of this command, to be made again: a JSON string, @FILE, or @- for standard input. "
            "Its cluster size and network apply where no option says otherwise, and its ranges are kept as far as they "
            "fit; a warning names each range that is not kept. --exclude-prefixes, --within and --accept-risk do not "
            "apply again; a warning says so where a range changes without exclusions or blocks of the earlier plan.",
        )


def _network_of_plan(context: AzArgumentContext) -> None:
    with _group(context, _NETWORK) as c:
        c.extra(
            "resource_group_name",
            options_list=["--resource-group", "-g"],
            type=read_word,
            completer=get_resource_group_completion_list,
            help="Resource group of the virtual network, and in an export of the cluster. With --export it may stand "
            "alone, or beside --vnet-subnet-id: then it is that of the cluster.",
        )
        c.extra(
            "vnet_name",
            options_list=["--vnet-name"],
            type=read_word,
            completer=get_resource_name_completion_list("Microsoft.Network/virtualNetworks"),
            help="Name of an existing virtual network to plan in. Its address space, subnets, peerings, gateways, "
            "routes and clusters are read. Requires a login.",
        )
        c.extra(
            "vnet_subnet_id",
            type=read_id,
            help="ID of an existing subnet for the nodes, in place of --vnet-name and --subnet-name.",
        )
        c.extra(
            "subnet_name",
            type=read_word,
            help="Name of the subnet for the nodes. An existing subnet is measured; otherwise one is planned.",
        )


def _network_of_create(context: AzArgumentContext) -> None:
    with _group(context, _RANGES) as c:
        c.extra(
            "plan",
            completer=completion.contents(".json", standard_input=True),
            help="Output of az kubenet plan: a JSON string, @FILE, or @- for standard input. Validated like any other "
            "input; an option that contradicts it is an error.",
        )
    with _group(context, _NETWORK) as c:
        c.extra(
            "vnet_name",
            options_list=["--vnet-name"],
            type=read_word,
            completer=get_resource_name_completion_list("Microsoft.Network/virtualNetworks"),
            help="Name of the virtual network. An existing network is used unchanged; otherwise one is created. "
            "Default: NAME-vnet.",
        )
        c.extra(
            "subnet_name",
            type=read_word,
            help="Name of the subnet. An existing subnet is used unchanged; otherwise one is created. Default: "
            "NAME-subnet.",
        )
        c.extra(
            "vnet_resource_group",
            type=read_word,
            completer=get_resource_group_completion_list,
            help="Resource group of an existing virtual network. Default: the resource group of the cluster.",
        )


def _identity(context: AzArgumentContext) -> None:
    with _group(context, _IDENTITY) as c:
        c.extra(
            "identity_type",
            arg_type=get_enum_type(IDENTITY_TYPES),
            help="Type of the cluster's identity. userAssigned creates NAME-identity unless --assign-identity names an "
            "existing identity. Default: the type that other options imply, otherwise userAssigned.",
        )
        c.extra(
            "create_service_principal",
            options_list=["--create-service-principal", "--create-sp"],
            action="store_true",
            help="Create a service principal NAME-sp for the cluster, with no role other than the one on its network.",
        )
        c.extra(
            "role",
            type=read_id,
            completer=_roles,
            default=_ROLES[0],
            help="Role to assign to the cluster's identity, by name or ID. An existing Owner or Contributor assignment "
            "is sufficient.",
        )
        c.extra(
            "role_scope",
            arg_type=get_enum_type(ROLE_SCOPES),
            default=SUBNET_SCOPE,
            help="Scope of the role assignment: the subnet, or the whole virtual network.",
        )


def _roles(**asked: Any) -> list[str]:
    """Offer the roles that suffice, and, where somebody is logged in, all others."""
    from azext_kubenet.aks.borrowed import role_names

    return [*dict.fromkeys([*_ROLES, *role_names(asked)])]


def _execution(context: AzArgumentContext) -> None:
    with _group(context, _EXECUTION) as c:
        c.extra("dry_run", action="store_true", help="Show each step that would be taken, without writing anything.")
        c.extra(
            "rollback_on_failure",
            action="store_true",
            help="If the command fails, delete exactly what this run created, in reverse order, up to the first "
            "resource that cannot be removed. A cluster that works, or is coming up, is kept with everything it "
            "depends on.",
        )
        c.extra(
            "propagation_timeout",
            type=int,
            default=300,
            help="Maximum number of seconds that each request waits for transient conditions: an identity or a role "
            "assignment that has not replicated yet, a busy service, a lost connection, a failing login, or routes "
            "that are still being written.",
        )


def _lend(loader: AzCommandsLoader) -> None:
    """Register every option of the installed `az aks create` that is not ours."""
    from azext_kubenet.aks import preview
    from azext_kubenet.aks.borrowed import borrowed_options  # takes longer to import than plan takes to run

    ours = set(loader.extra_argument_registry[_CREATE]) | set(loader.command_table[_CREATE].arguments)
    with loader.argument_context(_CREATE) as context:
        for name, settings in borrowed_options(loader.cli_ctx):
            if name in _SIZES_THE_PLAN:
                settings.update(arg_group=_SIZE, help=f"{settings['help']} Also used to size the plan.")
            add_up(settings)
            if name not in ours:
                context.extra(name, **settings)
    preview.have_its_options_refused(loader.cli_ctx)
