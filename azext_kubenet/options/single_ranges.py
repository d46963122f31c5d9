"""Options of `az aks create` that take a list of ranges: a list of one is that one, as public Terraform writes it."""

from azext_kubenet.addressing import cidr
from azext_kubenet.errors import WrongUsage
from azext_kubenet.options.typed import Typed, spelled

#: Options that take an IPv4 and an IPv6 range, and ours for the first.
_LISTS = {"pod_cidrs": "pod_cidr", "service_cidrs": "service_cidr"}


def with_single_ranges(typed: Typed) -> Typed:
    """The options with a list of one IPv4 range as that range; others stay, and are refused as dual-stack.

    Raises WrongUsage for a range that is given by both options with different values.
    """
    changed: dict[str, object] = {}
    for several, one in _LISTS.items():
        text = str(typed.value(several) or "").strip()
        if not _is_one(text):
            continue
        given = typed.value(one)
        if given is not None and str(given).strip() != text:
            options = f"{spelled(one)} {given} and {spelled(several)} {text}"
            raise WrongUsage(f"{options} are different ranges", f"leave {spelled(several)} out")
        changed |= {several: None, one: text}
    return typed.changed(changed) if changed else typed


def _is_one(text: str) -> bool:
    """Whether a text is one IPv4 network."""
    try:
        return bool(cidr.read_network(text))
    except cidr.NotANetwork:
        return False
