"""Where a cluster stands on its way from kubenet to Azure CNI Overlay. Pure."""

from enum import Enum, auto

from azext_kubenet.azure.bodies import Json, text, within
from azext_kubenet.azure.cluster_update import is_failed, is_settled
from azext_kubenet.azure.move_request import NO_ENGINE


class Position(Enum):
    """Where it stands.

    KUBENET: it is on kubenet, and nothing is under way
    BUSY: it is on kubenet, and something is under way
    MOVING: it shows Azure CNI Overlay, and something is under way
    HALF_MOVED: it shows Azure CNI Overlay, and it or one of its pools is in a failed state [K40]
    MOVED: it is on Azure CNI Overlay, and nothing is under way
    ELSEWHERE: it is on another plugin, or mode
    """

    KUBENET = auto()
    BUSY = auto()
    MOVING = auto()
    HALF_MOVED = auto()
    MOVED = auto()
    ELSEWHERE = auto()


def position(body: Json) -> Position:
    """Where a cluster stands. Azure takes names of plugins in any case. [Q1]"""
    plugin, mode = _profile(body, "networkPlugin"), _profile(body, "networkPluginMode")
    if plugin == "kubenet":
        return Position.KUBENET if is_settled(body) else Position.BUSY
    if (plugin, mode) != ("azure", "overlay"):
        return Position.ELSEWHERE
    if not is_settled(body):
        return Position.MOVING
    return Position.HALF_MOVED if is_failed(body) else Position.MOVED


def engine(body: Json) -> str:
    """Its network policy engine in lower case, `none` for none."""
    return _profile(body, "networkPolicy") or NO_ENGINE


def network_model(body: Json) -> str:
    """Its network plugin and that plugin's mode, as people read them."""
    return " ".join(filter(None, (_profile(body, "networkPlugin"), _profile(body, "networkPluginMode"))))


def pod_range(body: Json) -> str:
    """Its pod CIDR as it is shown; "" for none."""
    return text(within(body, "properties", "networkProfile"), "podCidr")


def _profile(body: Json, key: str) -> str:
    return text(within(body, "properties", "networkProfile"), key).lower()
