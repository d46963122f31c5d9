"""What there is in Azure, and in the folder, before a block of README.rst or docs/guide is run; and what no test runs.

A situation is named on the page by the name of its function, with spaces: `.. run: nothing yet`. See guide_pages.
"""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.cli.conftest import Cloud
from tests.cli.running_clusters import NODES, before_a_move, cluster, network, pool
from tests.loopback.callers.client import SUB
from tests.loopback.core.options import CALLER_OBJECT
from tests.loopback.seeds import fleet
from tests.loopback.seeds.scene import scene
from tests.support import wheels
from tests.support.az import installed_az
from tests.support.paths import ROOT

#: No login, an empty folder: for `plan` alone. Told apart by the tests, as it has no Azure.
LOGGED_OUT = "logged out"


def nothing_yet(cloud: Cloud) -> None:
    """A subscription with nothing in it."""


def a_mail_of_the_network_team(cloud: Cloud) -> None:
    """Its attachment, a table of what is in use, is in the folder."""
    lines = ("name,prefix,owner", "head office,10.0.0.0/8,network", "branches,172.20.0.0/14,network",
             "partner link,192.168.64.0/18,sales")  # fmt: skip
    (cloud.az.home / "inventory.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def a_network_among_others(cloud: Cloud) -> None:
    """Network app of group net: subnets, a peer, a VPN gateway to an office, routes, clusters in it and beside it."""
    scene(cloud.arm)


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
    """Sixty kubenet clusters in six subscriptions, and others beside them."""
    fleet.build(cloud.arm, 60, 6)


def an_identity_for_a_pipeline(cloud: Cloud) -> None:
    """Identity pipeline of group ops, groups shop and net with the network corp, and the files of docs/roles."""
    network(cloud)
    cloud.seed("resourceGroups/ops", {"location": "westeurope"})
    identity = "resourceGroups/ops/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pipeline"
    cloud.seed(identity, {"location": "westeurope"})
    shutil.copytree(ROOT / "docs" / "roles", cloud.az.home / "docs" / "roles")


def a_login_that_may_read(cloud: Cloud) -> None:
    """The same network; the login is Reader of the subscription, and no more."""
    network(cloud)
    for assignment in cloud.arm.state.of_type("Microsoft.Authorization/roleAssignments"):
        if assignment["properties"]["principalId"] == CALLER_OBJECT:
            del cloud.arm.state[assignment["id"]]
    cloud.arm.grant(CALLER_OBJECT, "Reader", SUB)


def a_release(cloud: Cloud) -> None:
    """No extension is installed; KUBENET_URL is a folder with the files of a release, INDEX_URL that of an index."""
    installed, home = installed_az(), cloud.az.home.parent
    page = (ROOT / "docs" / "guide" / "install.rst").read_text(encoding="utf-8")
    (version,) = {*re.findall(r"kubenet-(\d+\.\d+\.\d+\w*)-", page)}
    wheel = wheels.release(installed.extensions / "kubenet", home / "release", version)
    with zipfile.ZipFile(home / "release" / f"kubenet-{version}-offline.zip") as bundle:
        bundle.extractall(home / "needed")
    cloud.env.update(
        KUBENET_URL=(home / "release").as_uri(),
        INDEX_URL=wheels.served_index(wheel),
        AZURE_EXTENSION_DIR=str(home / "extensions"),
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(home / "needed" / f"kubenet-{version}-offline"),
        # started anew: a process that has azure-cli loaded keeps the folder of extensions that it began with
        PATH=os.pathsep.join([str(installed.program.parent), os.environ["PATH"]]),
    )


_ALL: tuple[Callable[[Cloud], object], ...] = (
    nothing_yet,
    a_mail_of_the_network_team,
    a_network_among_others,
    a_shop_that_is_nearly_full,
    a_shop_with_room,
    a_shop_before_its_move,
    a_fleet,
    an_identity_for_a_pipeline,
    a_login_that_may_read,
    a_release,
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


NOT_RUN = (NotRun("README.rst", "make wheel", "builds and installs what all tests are run with", "scripts/install.sh"),)
