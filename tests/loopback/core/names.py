"""Names that Azure takes: characters and greatest length, of Microsoft's page on naming rules (resource-name-rules).

Least lengths are not looked at: names in tests are short. For Microsoft.Network code and words are as reported
(InvalidResourceName), for clusters InvalidParameter with a target (azure-facts J19 for the node group); for the others
they are our model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import errors
from .ids import ResourceId
from .wire import Refusal

NODE_GROUP = 80  # azure-facts J19
_WORD = r"[a-zA-Z0-9](?:[\w.-]*[\w])?"
_AKS = r"[a-zA-Z0-9](?:[\w-]*[a-zA-Z0-9])?"


@dataclass(frozen=True)
class Rule:
    """What a name of one type must be."""

    longest: int
    pattern: str

    def fits(self, name: str) -> bool:
        """Whether Azure takes a name."""
        return len(name) <= self.longest and re.fullmatch(self.pattern, name) is not None


_RULES = {
    "microsoft.resources/resourcegroups": Rule(90, r"[\w().-]*[\w()-]"),
    "microsoft.network/virtualnetworks": Rule(64, _WORD),
    "microsoft.managedidentity/userassignedidentities": Rule(128, r"[a-zA-Z0-9][\w-]*"),
    "microsoft.containerservice/managedclusters": Rule(63, _AKS),
}
_NETWORK = "microsoft.network/"
_OF_NETWORK = Rule(80, _WORD)  # all others of Microsoft.Network, but for interfaces, which Azure itself names otherwise
_EXCEPT = (_NETWORK + "networkinterfaces", _NETWORK + "privatednszones")
POOL = Rule(12, r"[a-z][a-z0-9]*")
DNS_PREFIX = Rule(54, r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")


def require(type_: str, rid: ResourceId) -> None:
    """Refuse a name that Azure would not take."""
    lowered = type_.lower()
    rule = _RULES.get(lowered)
    if rule is None and lowered.startswith(_NETWORK) and not lowered.startswith(_EXCEPT):
        rule = _OF_NETWORK
    if rule and not rule.fits(rid.name):
        raise _refusal(type_, rid.name, rule)


def _refusal(type_: str, name: str, rule: Rule) -> Refusal:
    namespace = type_.partition("/")[0]
    if namespace == "Microsoft.Network":
        return errors.network(
            400,
            "InvalidResourceName",
            f"Resource name {name} is invalid. The name can be up to {rule.longest} characters long. It must begin "
            "with a word character, and it must end with a word character or with '_'. The name may contain word "
            "characters or '.', '-', '_'.",
        )
    if namespace == "Microsoft.ContainerService":
        text = f"The value of parameter resourceName is invalid: '{name}'."
        return errors.aks("InvalidParameter", text, "resourceName")
    if namespace == "Microsoft.Resources":
        return errors.wrapped(
            400,
            "InvalidResourceGroup",
            f"The provided resource group name '{name}' is invalid: it has more than {rule.longest} characters, ends "
            "with a period, or has others than letters, digits, '-', '.', '(', ')' and '_'.",
        )
    return errors.wrapped(400, "InvalidResourceName", f"The resource name '{name}' is invalid.")
