"""The options of `plan` on the network plugin."""

from azure.cli.core.commands.parameters import AzArgumentContext, get_enum_type

from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY


def plugin_arguments(c: AzArgumentContext) -> None:
    """Register them in the group of this context."""
    c.extra(
        "network_plugin",
        arg_type=get_enum_type((KUBENET.name, OVERLAY.name)),
        default=KUBENET.name,
        help="Network plugin to plan for. azure requires --network-plugin-mode overlay: the plan is then for Azure CNI "
        "Overlay, kubenet's successor.",
    )
    c.extra(
        "network_plugin_mode",
        arg_type=get_enum_type((OVERLAY.mode,)),
        help="Mode of network plugin azure: overlay.",
    )
