"""azure-cli installs, updates and removes the extension from a release: by name, from the bundle, or not at all."""

import json
import os
import re
import shutil
import zipfile
from dataclasses import replace

import pytest

from scripts.release import index as release_index
from scripts.release.wheel import read_wheel
from tests.release.conftest import WHEELS
from tests.release.made_up import as_version, tampered
from tests.support.az import Az, furnish

#: pip of these runs asks no index, whatever the machine's own configuration says.
NO_INDEX = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
NO_NETWORK = {**NO_INDEX, "PIP_FIND_LINKS": str(WHEELS)}


@pytest.fixture
def bare(installed, index, tmp_path) -> Az:
    """The real `az`, each run a process of its own, with no extension installed, in a home of its own."""
    furnish(tmp_path / "home", index)
    return Az(replace(installed, extensions=tmp_path / "extensions"), tmp_path / "home")


@pytest.fixture
def by_name(bare, served, wheel):
    """The same, with the index of a web server that has the release and the beta before it."""
    folder, url = served
    older = as_version(wheel, "1.0.0b0", folder)
    shutil.copy(wheel, folder)
    entries = release_index.index(read_wheel(wheel), url, release_index.index(read_wheel(older), url))
    (folder / "index.json").write_text(json.dumps(entries), encoding="utf-8")
    assert bare(f"config set extension.index_url={url}/index.json").code == 0
    return bare


def ok(ran):
    """The run, which must have gone well."""
    assert ran.code == 0, ran.err
    return ran


def left(az):
    """All files that azure-cli has left in its folder of extensions."""
    folder = az.installed.extensions
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


def version(az):
    """The version of the extension that is installed; None without one."""
    listed = ok(az("extension list -o json")).json
    return next((each["version"] for each in listed if each["name"] == "kubenet"), None)


def test_a_name_is_enough_and_a_removal_leaves_nothing(by_name):
    available = ok(by_name("extension list-available -o json")).json
    assert [(each["name"], each["version"], each["preview"]) for each in available] == [("kubenet", "1.0.0b1", True)]

    ok(by_name("extension add -n kubenet -y", env=NO_NETWORK))
    assert version(by_name) == "1.0.0b1"
    assert ok(by_name("kubenet plan --query podCidr -o tsv --only-show-errors")).out == "10.244.0.0/16\n"

    ok(by_name("extension remove -n kubenet"))
    assert left(by_name) == []
    assert by_name("kubenet plan").code != 0


def test_the_beta_before_is_listed_pinned_and_updated(by_name):
    ok(by_name("extension add -n kubenet --version 1.0.0b0 -y", env=NO_NETWORK))
    listed = ok(by_name("extension list-versions -n kubenet -o json")).json
    assert [(each["version"], str(each["installed"]), each["compatible"]) for each in listed] == [
        ("1.0.0b0", "True (upgrade available)", True),
        ("1.0.0b1 (max compatible version)", "False", True),
    ]

    ok(by_name("extension update -n kubenet", env=NO_NETWORK))
    assert version(by_name) == "1.0.0b1"
    again = ok(by_name("extension update -n kubenet", env=NO_NETWORK))
    assert "is already installed" in again.err


def test_a_wheel_that_is_not_the_one_of_the_index_is_refused(by_name, served, wheel):
    tampered(served[0] / wheel.name)
    refused = by_name("extension add -n kubenet -y", env=NO_NETWORK)
    assert refused.code == 1
    assert "The checksum of the extension does not match the expected value." in refused.err
    assert left(by_name) == []


def test_an_update_that_is_refused_leaves_what_was_there(by_name, served, wheel):
    ok(by_name("extension add -n kubenet --version 1.0.0b0 -y", env=NO_NETWORK))
    tampered(served[0] / wheel.name)
    refused = by_name("extension update -n kubenet", env=NO_NETWORK)
    assert refused.code == 1
    assert "Rolled kubenet back to 1.0.0b0." in refused.err
    assert version(by_name) == "1.0.0b0"


def unpacked(released, folder):
    """The folder of the offline bundle, in a path with a blank."""
    [bundle] = released.glob("*-offline.zip")
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder / bundle.stem


def test_the_bundle_installs_without_an_index_by_the_command_in_it(bare, released, tmp_path):
    folder = unpacked(released, tmp_path / "a folder")
    [command] = re.findall(r"^ +(PIP_NO_INDEX=1 .*)$", (folder / "README.txt").read_text("utf-8"), re.MULTILINE)
    ok(bare.shell(f"cd '{folder}' && {command}", env={"PIP_CONFIG_FILE": os.devnull}))
    assert version(bare) == "1.0.0b1"
    assert ok(bare("kubenet plan --query podCidr -o tsv --only-show-errors")).out == "10.244.0.0/16\n"


def test_without_the_bundle_pip_has_no_netaddr_and_nothing_stays(bare, wheel):
    """What the bundle is for: azure-cli names pip's exit code alone."""
    refused = bare("extension", "add", "--source", wheel, "-y", env=NO_INDEX)
    assert refused.code == 1
    assert "Pip failed with status code 1" in refused.err
    assert left(bare) == []
