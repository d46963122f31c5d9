"""Whether a plan was refused because the cluster is too large: a comparison of models then still has an answer."""

from collections.abc import Sequence

from azext_kubenet.addressing.findings import Finding, Severity

#: Rules whose errors say that there are more nodes than kubenet has, in whatever space.
_NODES = ("too-many-nodes", "too-many-nodes-to-upgrade", "too-many-routes")
#: Rules whose errors say that the cluster is too large for the model, or for the space; all others say what is wrong.
_TOO_LARGE = (
    *_NODES,
    "subnet-too-small",
    "subnet-too-small-for-peak",
    "pod-cidr-too-small",
    "pod-cidr-too-small-for-peak",
    "no-space",
)


def does_not_fit(findings: Sequence[Finding]) -> bool:
    """Whether there are errors, and each says that the cluster is too large."""
    return _only(findings, _TOO_LARGE)


def only_nodes(findings: Sequence[Finding]) -> bool:
    """Whether there are errors, and each says that there are too many nodes for kubenet, in whatever space."""
    return _only(findings, _NODES)


def _only(findings: Sequence[Finding], rules: Sequence[str]) -> bool:
    errors = [finding.rule for finding in findings if finding.severity is Severity.ERROR]
    return bool(errors) and all(rule in rules for rule in errors)
