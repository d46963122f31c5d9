"""The Kubernetes version that was typed, in the region's list."""

import pytest

from azext_kubenet.azure.azure_errors import AzureError
from tests.unit.checks.obstacles import A_VERSION, VERSIONS
from tests.unit.checks.wire import REFUSED, but, run, situation

# what is typed, whether for long-term support, the list, what is told
ROWS = (
    ("a minor version", "1.34", False, A_VERSION, []),
    ("a patch", "1.34.2", False, A_VERSION, []),
    ("a patch that is not there", "1.34.9", False, A_VERSION, [("error", "use --kubernetes-version 1.34")]),
    ("a version that is not there", "1.5", False, A_VERSION, [("error", "az aks get-versions")]),
    ("the beginning of one that is there", "1.3", False, A_VERSION, [("error", "az aks get-versions")]),
    (
        "one with long-term support alone",
        "1.29.9",
        False,
        A_VERSION,
        [("error", "--k8s-support-plan")],
    ),
    ("the same for long-term support", "1.29", True, A_VERSION, []),
    ("a list with nothing in it", "1.34", False, {"values": []}, [("warning", "")]),
    ("no list", "1.34", False, None, [("warning", "")]),
    ("an empty entry", "1.34", False, {"values": [{}]}, [("warning", "az aks get-versions")]),
    ("it may not be read", "1.34", False, REFUSED, [("warning", "az role assignment create")]),
    ("it cannot be read", "1.34", False, AzureError(503, "", "later"), [("warning", "")]),
)


@pytest.mark.parametrize(("typed", "long", "answer", "told"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_version_is_one_of_the_regions(typed, long, answer, told):
    found, _ = run(but(situation(), kubernetes_version=typed, long_term=long), {VERSIONS: answer})
    assert [each.severity.value for each in found if each.rule == "kubernetes-version"] == [row[0] for row in told]
    assert all(words in each.recommendation for each, (_, words) in zip(found, told, strict=True))


def test_nothing_is_read_of_what_was_not_typed():
    assert VERSIONS not in run(situation())[1]
