"""Whether a plan was refused because the cluster is too large: a comparison of models then still has an answer."""

from collections.abc import Sequence

from azext_kubenet.addressing.findings import Finding, Severity

#: Rules whose errors say that the cluster is too large for the model, or for the space; all others say what is wrong.
_TOO_LARGE = (
    "too-many-nodes",
    "too-many-nodes-to-upgrade",
    "too-many-routes",
    "subnet-too-small",
    "subnet-too-small-for-peak",
    "pod-cidr-too-small",
    "pod-cidr-too-small-for-peak",
    "no-space",
)


def does_not_fit(findings: Sequence[Finding]) -> bool:
    """Whether there are errors, and each says that the cluster is too large."""
    errors = [finding.rule for finding in findings if finding.severity is Severity.ERROR]
    return bool(errors) and all(rule in _TOO_LARGE for rule in errors)
