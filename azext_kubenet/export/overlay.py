"""What an export for Azure CNI Overlay says in other words than one for kubenet: a few lines of each format.

The templates are for kubenet. Here their lines on the network plugin, on its retirement and on its route table are put
in other words, so that no template has two of everything.
"""

import re
from collections.abc import Callable, Mapping

from azext_kubenet.export.contents import ORIGIN, RETIREMENT, ROUTE_TABLE, SUCCESSOR, annotated

#: Why a network is written once: what AKS attaches to the subnet of a kubenet cluster, others do for one on Overlay.
_ATTACHED = (
    "Others may attach a route table, a NAT gateway or a security group to the subnet later. Deploying the network "
    "again without it detaches it."
)
_ONLY_FIRST = "Only for the first deployment: later ones would detach the route table."
_ORIGIN = ORIGIN.replace("on kubenet", "on Azure CNI Overlay")


def in_other_words(ending: str, text: str) -> str:
    """A file for kubenet as one for Azure CNI Overlay; one of values alone is the same for both.

    Raises ValueError when a line that must differ is not found.
    """
    change = _FORMATS.get(ending.lower())
    return text if change is None else change(text)


def _template(text: str) -> str:
    text = _must(
        r'( *)"networkPlugin": "kubenet",\n', r'\1"networkPlugin": "azure",\n\1"networkPluginMode": "overlay",\n', text
    )
    text = _must(re.escape(ORIGIN), _ORIGIN, text)
    text = _must(r' *"retirement": ".*",\n', "", text)
    return text.replace(ROUTE_TABLE, _ATTACHED).replace(_ONLY_FIRST, _ATTACHED)


def _bicep(text: str) -> str:
    text = _must(r"( *)networkPlugin: 'kubenet'\n", r"\1networkPlugin: 'azure'\n\1networkPluginMode: 'overlay'\n", text)
    return _comments("//", text.replace(_ONLY_FIRST, "Only for the first deployment."))


def _terraform(text: str) -> str:
    """The same with one more setting of the network profile, aligned as terraform fmt does."""
    found = re.search(r"  network_profile \{\n((?: {4}\w+ += .*\n)+)", text)
    if found is None:
        raise ValueError("no network profile")
    stated = [line.split(" = ", 1) for line in found[1].splitlines()]
    values = [(key.strip(), value) for key, value in stated if key.strip() != "network_plugin"]
    lines = [("network_plugin", '"azure"'), ("network_plugin_mode", '"overlay"'), *values]
    width = max(len(key) for key, _ in lines)
    profile = "".join(f"    {key:{width}} = {value}\n" for key, value in lines)
    return _comments("#", text.replace(found[1], profile))


def _bash(text: str) -> str:
    plugin = "--network-plugin azure --network-plugin-mode overlay"
    return _comments("#", _must(r"--network-plugin kubenet", plugin, text))


_FORMATS: Mapping[str, Callable[[str], str]] = {
    ".json": _template,
    ".bicep": _bicep,
    ".tf": _terraform,
    ".sh": _bash,
}


def _comments(mark: str, text: str) -> str:
    """A file with its comments for Overlay. mark: what begins one."""
    text = _must(re.escape(annotated(mark, [RETIREMENT], f"{mark}   {SUCCESSOR}")) + "\n", "", text)
    text = _must(re.escape(ORIGIN), _ORIGIN, text)
    block = re.compile(rf"^{mark} {ROUTE_TABLE[:30]}.*\n(?:{mark} .*\n)*", re.MULTILINE)
    return block.sub(lambda found: _rewrapped(mark, found[0]), text)


def _rewrapped(mark: str, block: str) -> str:
    """A comment on the route table in other words, in lines of its own width."""
    said = " ".join(line.removeprefix(f"{mark} ") for line in block.splitlines())
    return annotated(mark, [said.replace(ROUTE_TABLE, _ATTACHED)], "")


def _must(pattern: str, words: str, text: str) -> str:
    """A text in which something is put in other words. Raises ValueError where it is not."""
    changed, count = re.subn(pattern, words, text)
    if not count:
        raise ValueError(f"not found: {pattern}")
    return changed
