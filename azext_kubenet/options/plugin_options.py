"""From the text of options to the network plugin that a plan is for, and what else depends on it."""

import shlex

from azext_kubenet.addressing.findings import Finding, Fix, LeaveOut, SetOptions, Severity
from azext_kubenet.addressing.network_plugins import KUBENET, OVERLAY, NetworkPlugin
from azext_kubenet.options.typed import Typed

_PLUGIN, _MODE = "--network-plugin", "--network-plugin-mode"
_OVERLAY = SetOptions(((_PLUGIN, OVERLAY.name), (_MODE, OVERLAY.mode)))


def read_plugin(typed: Typed) -> tuple[NetworkPlugin, list[Finding]]:
    """The network plugin of a plan, and what is wrong with it: `azure` and `overlay` go together only."""
    name, mode = typed.text("network_plugin") or KUBENET.name, typed.text("network_plugin_mode")
    if name == OVERLAY.name and not mode:
        message = f"{_PLUGIN} {name} without a mode is Azure CNI node subnet, whose pods take addresses of the subnet"
        return OVERLAY, [_finding("network-plugin-without-mode", (_PLUGIN,), message, (_OVERLAY,))]
    if name == KUBENET.name and mode:
        message = f"{_MODE} {mode}: kubenet has no plugin mode"
        return OVERLAY, [_finding("network-plugin-mode", (_MODE, _PLUGIN), message, (_OVERLAY, LeaveOut((_MODE,))))]
    return (OVERLAY if mode else KUBENET), []


def unused_options(typed: Typed, plugin: NetworkPlugin) -> list[Finding]:
    """What was typed and has no effect on a plan for this plugin."""
    if plugin.has_docker_bridge or typed.value("docker_bridge_address") is None:
        return []
    option = "--docker-bridge-address"
    message = f"{option} {shlex.quote(str(typed.value('docker_bridge_address')))} is not used: {plugin.words} has none"
    return [Finding("option-without-use", Severity.INFO, (option,), message, (LeaveOut((option,)),))]


def _finding(rule: str, options: tuple[str, ...], message: str, fixes: tuple[Fix, ...]) -> Finding:
    return Finding(rule, Severity.ERROR, options, message, fixes)
