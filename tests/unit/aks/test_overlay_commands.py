"""What is typed for `az aks create` after `az kubenet create`, as a plan for Azure CNI Overlay hands it on."""

import pytest

from azext_kubenet.aks.overlay_commands import passed_on

KNOWN = frozenset(
    ["--location", "-l", "--tags", "--generate-ssh-keys", "--client-secret", "--node-vm-size", "--zones", "-g", "-n",
     "--name", "--resource-group", "--pod-cidr", "--node-count", "--windows-admin-password", "--tier"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("-l westeurope --generate-ssh-keys", "-l westeurope --generate-ssh-keys"),
        ("-g rg -n c --pod-cidr 10.1.0.0/16 --node-count 4", ""),
        ("--plan @plan.json --vnet-name v --max-surge 3", ""),
        ("--loc westeurope", "--location westeurope"),
        ("--zones 1 2 3 --tier standard", "--zones 1 2 3 --tier standard"),
        ("--node-vm-size=Standard_D2s_v5", "--node-vm-size Standard_D2s_v5"),
        ("--client-secret hunter2", '--client-secret "$CLIENT_SECRET"'),
        ("--windows-admin-password=hunter2", '--windows-admin-password "$WINDOWS_ADMIN_PASSWORD"'),
    ],
    ids=["as typed", "what the plan has is left out", "what az aks create does not have is left out",
         "the beginning of an option", "several values", "a value behind =", "a secret is never printed",
         "nor a password"],
)  # fmt: skip
def test_what_is_handed_on(typed, words):
    assert " ".join(passed_on(typed.split(), KNOWN).words) == words


def test_values_are_quoted_for_a_shell():
    assert passed_on(["--tags", "a=b c", "d=$(id)"], KNOWN).words == ("--tags", "'a=b c'", "'d=$(id)'")
