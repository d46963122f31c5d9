"""The surge that was planned reaches Azure; the default is left to it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from azext_kubenet.addressing.model import ClusterSize, MaxSurge, Pool
from azext_kubenet.aks.first_pool import WithSurge, surge_to_send

DEFAULT, ONE, THIRD, NONE = MaxSurge(10, True), MaxSurge(1, False), MaxSurge(33, True), MaxSurge(0, False)


def pools(*surges: MaxSurge) -> ClusterSize:
    return ClusterSize(pools=tuple(Pool(f"p{at}", 3, 3, surge) for at, surge in enumerate(surges)))


# the size; whether --max-surge was typed; what Azure is told
SENT = (
    (ClusterSize(), False, None),
    (ClusterSize(), True, DEFAULT),
    (ClusterSize(max_surge=ONE), True, ONE),
    (ClusterSize(max_surge=THIRD), False, THIRD),  # from a plan
    (pools(DEFAULT, ONE), False, None),
    (pools(ONE, DEFAULT), False, ONE),
    (ClusterSize(max_surge=NONE), True, None),
    (pools(NONE, ONE), False, None),
)


@pytest.mark.parametrize(("size", "typed", "sent"), SENT)
def test_what_azure_is_told(size: ClusterSize, typed: bool, sent: MaxSurge | None) -> None:
    assert surge_to_send(size, typed=typed) == sent


class Sent:
    """A client that keeps what it is given."""

    def __init__(self) -> None:
        self.given: tuple[Any, ...] = ()

    def get(self, *_: object, **__: object) -> str:
        return "the cluster"

    def begin_create_or_update(self, *args: object, **options: object) -> str:
        self.given = (*args, *options.values())
        return "a poller"


def cluster() -> SimpleNamespace:
    return SimpleNamespace(
        agent_pool_profiles=[SimpleNamespace(upgrade_settings=SimpleNamespace(max_surge=None)) for _ in range(2)]
    )


@pytest.mark.parametrize("surge", [ONE, THIRD, None])
@pytest.mark.parametrize("by_name", [True, False])
def test_the_first_pool_has_it_and_no_other(surge: MaxSurge | None, by_name: bool) -> None:
    sender, sent = Sent(), cluster()
    client = WithSurge(sender, surge)
    answer = (
        client.begin_create_or_update("g", "kube", parameters=sent)
        if by_name
        else client.begin_create_or_update("g", "kube", sent)
    )
    assert (answer, client.get()) == ("a poller", "the cluster")
    assert sent in sender.given
    assert [pool.upgrade_settings.max_surge for pool in sent.agent_pool_profiles] == [
        None if surge is None else str(surge),
        None,
    ]
