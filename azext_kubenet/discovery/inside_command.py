"""The one command that looks inside a cluster: it changes nothing, and prints a line an object. Pure.

Azure gives back 512 kB at most, so jq picks inside of the cluster what is wanted, and each part has its own share, of
which awk lets whole lines through. A part begins and ends with a line of ours that counts its lines: what is cut, by
us or by Azure, is seen. What kubectl or jq complain of stands between them, and "failed" is printed where they have
failed: an empty part is never taken for one in which nothing was found. [R20 R21]

It is one line for a POSIX shell, with what Azure's image has: kubectl, jq, grep, awk, tr.
"""

import shlex
from typing import NamedTuple

from azext_kubenet.addressing.str_enum import StrEnum

#: The ConfigMap of a cluster's own rules of masquerading. [K24]
IP_MASQ = "azure-ip-masq-agent-config"
#: Beginnings of the lines that are ours: where a part begins and ends, and what is printed of an object.
BEGIN, END, ROW = "kubenet-begin", "kubenet-end", "="
#: Beginning of the line that says how many lists of whole policies follow.
LISTS = "kubenet-lists"
#: What a part prints where kubectl or jq has failed.
FAILED = "failed"
#: The taint of a node whose machine does not run, as where pools are scaled down by deallocating machines.
#: https://learn.microsoft.com/azure/aks/scale-down-mode
_SHUT_DOWN = "node.cloudprovider.kubernetes.io/shutdown"
#: Seconds that each request to the API server may take.
_SECONDS = 40
#: Kinds of Calico's that are somebody's rules. The others are its own book-keeping.
_CALICO = "globalnetworkpolicies|networkpolicies|hostendpoints|globalnetworksets|networksets"


class Part(StrEnum):
    """What is looked at; the value is its name in messages."""

    NODES = "nodes"
    BUDGETS = "PodDisruptionBudgets"
    IP_MASQ = "ip-masq-agent ConfigMaps"
    DAEMON_SETS = "DaemonSets"
    POLICIES = "NetworkPolicies"
    CALICO = "Calico objects"


class _Query(NamedTuple):
    """How a part is asked for.

    objects: for kubectl get, words of a shell
    wanted: of each object, by jq
    most: bytes that it may print
    """

    objects: str
    wanted: str
    most: int


_NODE = (
    ".items[] | [.metadata.name, (.spec.podCIDRs // [.spec.podCIDR]), "
    '[.status.addresses[]? | select(.type == "InternalIP") | .address], '
    "(try (now - (.metadata.creationTimestamp | fromdate) | floor) catch null), "
    '[.status.conditions[]? | select(.type == "Ready" or .status == "True") | '
    '[.type, .status, .reason, (if .type == "Ready" and .status == "True" then "" else (.message // "")[0:160] end)]], '
    f'any(.spec.taints[]?; .key == "{_SHUT_DOWN}")]'
)
_BUDGET = (
    ".items[] | select((.status.disruptionsAllowed // 0) == 0) | [.metadata.namespace, .metadata.name, "
    ".spec.minAvailable, .spec.maxUnavailable, .status.expectedPods, .status.currentHealthy, .status.desiredHealthy]"
)
_IP_MASQ = f'.items[] | select(.metadata.name == "{IP_MASQ}") | [.metadata.name, (.data // {{}} | tojson)]'
_DAEMON_SET = (
    ".items[] | . as $set | .spec.template.spec | select(.hostNetwork == true) | "
    "[(.containers // [])[], (.initContainers // [])[]] | "
    "select(any(.[] | .securityContext; .privileged == true "
    'or any(.capabilities.add[]?; . == "NET_ADMIN")))'
    ' | [$set.metadata.namespace, $set.metadata.name, (tojson | contains("iptables")), '
    '($set.metadata.labels // {} | .["kubernetes.azure.com/managedby"] == "aks" '
    'or has("addonmanager.kubernetes.io/mode"))]'
)
_POLICY = (
    ".items[] | [.metadata.namespace, .metadata.name, "
    "([.spec | .. | objects | .ipBlock | select(. != null) | .cidr] | unique), "
    '([.spec | (.ingress[]?, .egress[]?) | .ports[]? | .port | select(type == "string")] | unique)] '
    "| select((.[2] + .[3]) != [])"
)
_CALICO_OBJECT = ".items[] | [.kind, .metadata.namespace, .metadata.name]"

#: What is asked for, and the share of each: all together stay below what Azure gives back.
_QUERIES = {
    Part.NODES: _Query("nodes", _NODE, 180_000),
    Part.BUDGETS: _Query("poddisruptionbudgets --all-namespaces", _BUDGET, 90_000),
    Part.IP_MASQ: _Query("configmaps -n kube-system --field-selector metadata.name=" + IP_MASQ, _IP_MASQ, 12_000),
    Part.DAEMON_SETS: _Query("daemonsets --all-namespaces", _DAEMON_SET, 40_000),
    Part.POLICIES: _Query("networkpolicies.networking.k8s.io --all-namespaces", _POLICY, 90_000),
    Part.CALICO: _Query("$calico", _CALICO_OBJECT, 40_000),
}

#: Prints a part: its name, what kubectl is asked for, how jq picks, how many bytes it may have. Nothing to ask for is
#: an empty list.
_LOOK = (
    "look() { { "
    f"""printf '\\n{BEGIN} %s\\n' "$1"; """
    f'{{ if [ -n "$2" ]; then kubectl get $2 -o json --request-timeout={_SECONDS}s 2>&3 || echo \'"{FAILED}"\'; '
    """else echo '{"items":[]}'; fi; } | """
    f'{{ jq -ac "$3" 2>&3 || echo \'"{FAILED}"\'; }} | '
    'LC_ALL=C awk -v most="$4" \'{ all++; size += length($0) + 2; '
    f'if (size <= most) {{ print "{ROW}" $0; shown++ }} }} '
    f"""END {{ printf "\\n{END} %d %d\\n", all, shown }}'; """
    "} 3>&1; }"
)
#: Finds out which of Calico's kinds the cluster has: none without Calico.
_CALICO_KINDS = (
    "calico=$(kubectl api-resources --api-group=crd.projectcalico.org --verbs=list -o name "
    f"--request-timeout={_SECONDS}s) && "
    f"calico=$(printf '%s\\n' $calico | grep -E '^({_CALICO})[.]' | tr '\\n' ',') || calico=unknown; "
    "calico=${calico%,}; calico=${calico:+$calico --all-namespaces}"
)


def inside_command() -> str:
    """The command."""
    parts = [
        f"look {part.name} {_typed(query.objects)} {shlex.quote(_filter(query))} {query.most}"
        for part, query in _QUERIES.items()
    ]
    return "; ".join([_LOOK, _CALICO_KINDS, *parts])


def policies_command() -> str:
    """The command that prints all network policies whole, and after them Calico's own rules: a list of JSON each.

    What the cluster alone writes into them is left out. How many lists there are comes first: what is cut is seen.
    """
    kept = "[.items[] | {apiVersion, kind, metadata: (.metadata | {name, namespace, labels}), spec}]"
    whole = f"whole() {{ kubectl get $1 -o json --request-timeout={_SECONDS}s | jq -ac {shlex.quote(kept)}; }}"
    count = f'if [ -n "$calico" ]; then echo {LISTS} 2; else echo {LISTS} 1; fi'
    policies = f'whole "{_QUERIES[Part.POLICIES].objects}"'
    return "; ".join([whole, _CALICO_KINDS, count, policies, 'if [ -n "$calico" ]; then whole "$calico"; fi'])


def _typed(objects: str) -> str:
    return f'"{objects}"'


def _filter(query: _Query) -> str:
    """The filter of a part: how many objects there are, then what is wanted of them; failures go through."""
    return f'if type == "object" then (.items | length), ({query.wanted}) else . end'
