"""What there is in Azure, and in the folder, before a block of README.rst or docs/guide is run; and what no test runs.

A situation is named on the page by the name of its function, with spaces: `.. run: nothing yet`. See guide_pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import NODES, before_a_move, cluster, network, pool
from tests.loopback.seeds import fleet

#: No login, an empty folder: for `plan` alone. Told apart by the tests, as it has no Azure.
LOGGED_OUT = "logged out"


def nothing_yet(cloud: Cloud) -> None:
    """A subscription with nothing in it."""


def a_shop_that_is_nearly_full(cloud: Cloud) -> None:
    """Cluster kube of group shop: an upgrade lacks one address, and its autoscaler may add more than fit."""
    network(cloud, "10.30.1.0/26")
    user = pool("user", 42, NODES, most=60, upgradeSettings={"maxSurge": "33%"})
    cluster(cloud, pool("system", 3, NODES), user)


def a_shop_with_room(cloud: Cloud) -> None:
    """Cluster kube of group shop, three nodes in a /24: nothing is wrong with it."""
    network(cloud)
    cluster(cloud, pool("system", 3, NODES))


def a_shop_before_its_move(cloud: Cloud) -> None:
    """Cluster kube of group shop with calico, and its route table on a subnet of others, too."""
    before_a_move(cloud)


def a_fleet(cloud: Cloud) -> None:
    """Sixty clusters in six subscriptions; the login sees the first."""
    fleet.build(cloud.arm, 60, 6)


_ALL: tuple[Callable[[Cloud], object], ...] = (
    nothing_yet,
    a_shop_that_is_nearly_full,
    a_shop_with_room,
    a_shop_before_its_move,
    a_fleet,
)
SITUATIONS = {each.__name__.replace("_", " "): each for each in _ALL}


@dataclass(frozen=True)
class NotRun:
    """A block that no test runs from the page.

    page: its name
    first: its first line begins so
    why: why not
    tested_by: the file that tries the same by other means
    """

    page: str
    first: str
    why: str
    tested_by: str


NOT_RUN = (NotRun("README.rst", "make wheel", "builds and installs what the tests are run with", "Makefile"),)
