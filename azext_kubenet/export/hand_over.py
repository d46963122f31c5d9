"""What is left to do once a cluster has moved: what its templates must say from now on, and what can be deleted. Pure.

A template that still says kubenet would put the cluster back, or have it made anew; what Azure answers to that is not
known. [K46 K47]
"""

import shlex
from collections.abc import Iterable, Iterator, Sequence

from azext_kubenet.azure.bodies import Json
from azext_kubenet.azure.resource_id import ResourceId

_NONE = "none"


def hand_over(pods: Sequence[str], engine: str, commands: Sequence[str]) -> Json:
    """What to write in each language, and commands for what is left.

    pods: the pod CIDRs of the cluster, the one of IPv4 first; engine: its network policy engine
    commands: for what is left
    """
    policy = {} if engine in ("", _NONE) else {"networkPolicy": engine}
    plane = {"networkDataplane": "cilium"} if engine == "cilium" else {}
    profile = {"networkPlugin": "azure", "networkPluginMode": "overlay", **plane, **policy, "podCidr": pods[0]}
    several = {"podCidrs": [*pods]} if len(pods) > 1 else {}
    gone = [] if policy else ["networkPolicy"]
    bicep = [f"{key}: '{value}'" for key, value in profile.items()]
    return {
        "terraform": [*_terraform(profile, pods, gone)],
        "bicep": [*bicep, *(f"{key}: [{' '.join(map(repr, value))}]" for key, value in several.items())],
        "arm": {**profile, **several},
        "leaveOut": gone,
        "commands": [*commands],
    }


#: What azurerm calls each value of the profile: of an azurerm_kubernetes_cluster, in its block network_profile.
_TERRAFORM = {
    "networkPlugin": "network_plugin",
    "networkPluginMode": "network_plugin_mode",
    "networkDataplane": "network_data_plane",
    "networkPolicy": "network_policy",
    "podCidr": "pod_cidr",
}


def _terraform(profile: dict[str, str], pods: Sequence[str], gone: Sequence[str]) -> Iterator[str]:
    yield from (f'{_TERRAFORM[key]} = "{value}"' for key, value in profile.items())
    if len(pods) > 1:
        listed = ", ".join(f'"{each}"' for each in pods)
        yield f"pod_cidrs = [{listed}]"
    yield from (f"# no {_TERRAFORM[each]}: delete it if it is there" for each in gone)
    yield "# then terraform plan must not replace the cluster; where it would, beside network_profile:"
    yield "# lifecycle { ignore_changes = [network_profile] }"


def lines(found: Json) -> list[str]:
    """The same for people."""
    return [
        "what templates must say from now on, or their next run undoes the move:",
        "  Terraform (azurerm_kubernetes_cluster, block network_profile):",
        *(f"    {each}" for each in found["terraform"]),
        "  Bicep and ARM (properties.networkProfile):",
        *(f"    {each}" for each in found["bicep"]),
        *(f"    // no {each}: delete it if it is there" for each in found["leaveOut"]),
        *(["what is left; look whether anything needs it before it is deleted:"] if found["commands"] else []),
        *(f"  {each}" for each in found["commands"]),
    ]


def leftovers(place: str, tables: Iterable[str], had_engine: str) -> list[str]:
    """Commands that show what nobody deletes: own tables that no subnet of the cluster has, an engine's kinds.

    place: the options that name the cluster
    """
    found = []
    for each in tables:
        table = ResourceId(each)
        # what else is in it is others' to judge: no deletion is printed
        found.append(f"az network route-table show --ids {shlex.quote(str(table))} --query '[subnets, routes]'")
    if had_engine == "calico":
        kinds = "kubectl get crd -o name | grep -E 'projectcalico.org|tigera.io'"
        found.append(f'az aks command invoke {place} --command "{kinds}"')
    return found
