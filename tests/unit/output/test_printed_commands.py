"""Commands of a run with --subscription work in that subscription."""

from __future__ import annotations

import pytest

from azext_kubenet.output.printed_commands import in_subscription

ID = "/subscriptions/s/resourceGroups/app"
# what is printed; what is printed of a run with --subscription S
PRINTED = (
    ("  cluster kube: az aks delete -g app -n kube", "  cluster kube: az aks delete --subscription S -g app -n kube"),
    ("wait: az aks wait -g a -n k --created", "wait: az aks wait --subscription S -g a -n k --created"),
    ("run az group create -n app -l LOCATION", "run az group create --subscription S -n app -l LOCATION"),
    ("list: az identity list --query [].id -o tsv", "list: az identity list --subscription S --query [].id -o tsv"),
    (
        "a: az network route-table create -g a -n r && az network vnet create -g a -n v; or leave it out",
        "a: az network route-table create --subscription S -g a -n r && az network vnet create --subscription S -g a "
        "-n v; or leave it out",
    ),
    ("for R in a b; do az network route-table route delete -g a -n $R; done",
     "for R in a b; do az network route-table route delete --subscription S -g a -n $R; done"),
    (f"az identity delete --ids {ID}", f"az identity delete --ids {ID}"),
    (f'az role assignment create --assignee a --role "b" --scope {ID}',
     f'az role assignment create --assignee a --role "b" --scope {ID}'),
    ("az provider register -n A --wait --subscription s", "az provider register -n A --wait --subscription s"),
    ("az login", "az login"),
    ("az ad app delete --id 1", "az ad app delete --id 1"),
    ("az kubenet create --help", "az kubenet create --help"),
    ("az kubenet wait -g a -n k --created", "az kubenet wait --subscription S -g a -n k --created"),
    ("az aks wait -g a -n k --updated && az kubenet check -g a -n k",
     "az aks wait --subscription S -g a -n k --updated && az kubenet check --subscription S -g a -n k"),
    ("az kubenet migrate -g a -n k --subscription s --yes", "az kubenet migrate -g a -n k --subscription s --yes"),
    ("set it with az aks nodepool update, or not", "set it with az aks nodepool update, or not"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRINTED)
def test_a_command_names_the_subscription_where_it_does_not_already(text: str, expected: str) -> None:
    assert in_subscription(text, "S") == expected
    assert in_subscription(text, "") == text
    assert in_subscription(expected, "S") == expected
