"""`az kubenet create` where the extension aks-preview has put its own `az aks create` in the place of azure-cli's.

aks-preview itself comes from Azure; this one does as it does: its loader registers the command over azure-cli's own,
with code and help of its own, and with more options (github.com/Azure/azure-cli-extensions, src/aks-preview).
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Cloud
from tests.support.az import Installed

NEW = "kubenet create -g rg -n c --no-ssh-key --location westeurope"

#: Its files: a loader, the help, the code.
FILES = {
    "azext_aks_preview/__init__.py": """
from azure.cli.core import AzCommandsLoader
from azure.cli.core.commands import CliCommandType
from azext_aks_preview import _help


class Loader(AzCommandsLoader):
    def __init__(self, cli_ctx=None):
        own = CliCommandType(operations_tmpl="azext_aks_preview.custom#{}")
        super().__init__(cli_ctx=cli_ctx, custom_command_type=own)

    def load_command_table(self, args):
        with self.command_group("aks", CliCommandType(operations_tmpl="azext_aks_preview.custom#{}")) as group:
            group.custom_command("create", "aks_create", supports_no_wait=True)
        return self.command_table

    def load_arguments(self, command):
        with self.argument_context("aks create") as c:
            c.argument("enable_bar", options_list=["--enable-bar-preview", "--bar"], action="store_true")
            c.argument("node_count", type=int)


COMMAND_LOADER_CLS = Loader
""",
    "azext_aks_preview/_help.py": """
from knack.help_files import helps

helps["aks create"] = '''
type: command
short-summary: Create a cluster, with what is in preview.
parameters:
  - name: --enable-foo-preview
    type: bool
    short-summary: Foo.
'''
""",
    "azext_aks_preview/custom.py": """
def aks_create(cmd, client, resource_group_name, name, ssh_key_value=None, node_count=3, location=None,
               enable_foo_preview=False, foo_level=None, enable_bar=False, no_wait=False):
    raise AssertionError("the code of aks-preview was run")
""",
    "azext_aks_preview/azext_metadata.json": '{"azext.isPreview": true, "azext.minCliCoreVersion": "2.70.0"}',
    "aks_preview-99.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: aks-preview\nVersion: 99.0.0\n",
}


@pytest.fixture
def beside(cold_cloud: Cloud, installed: Installed, tmp_path: Path) -> Cloud:
    """`az` with both extensions, which has to look through all commands first, as after an installation."""
    extensions = tmp_path / "both"
    shutil.copytree(installed.extensions / "kubenet", extensions / "kubenet", symlinks=True)
    for name, text in FILES.items():
        file = extensions / "aks-preview" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for index in cold_cloud.az.home.rglob("*Index*.json"):
        index.unlink()
    return replace(cold_cloud, az=replace(cold_cloud.az, installed=replace(installed, extensions=extensions)))


def test_a_cluster_is_created_by_azure_clis_own_code_and_what_is_in_preview_is_refused(beside: Cloud) -> None:
    offered = beside("aks create -h")
    assert "--enable-foo-preview" in offered.out, "the extension has not taken the command over"
    assert beside("aks create -g rg --name c").code == 1, "nor its code"

    whole = replace(beside, env={**beside.env, "AZURE_CORE_USE_COMMAND_INDEX": "false"})
    ran = whole(f"{NEW} --tier standard --node-osdisk-size 64")  # all commands are loaded, those of the other too
    assert ran.code == 0, ran.err
    assert (ran.json["sku"]["tier"], ran.json["agentPoolProfiles"][0]["osDiskSizeGb"]) == ("Standard", 64)
    assert beside(f"{NEW} --tier standard --node-osdisk-size 64").json == ran.json, "and by the index of commands"

    written = len(beside.arm.ledger.writes())
    for options, named in (
        ("--enable-foo-preview", "--enable-foo-preview: this is an option"),
        ("--foo-level=high --bar", "--foo-level, --bar: these are options"),
        ("--enable-bar-prev", "--enable-bar-prev: this is an option"),
    ):
        refused = beside(f"{NEW} {options}")
        assert (refused.code, refused.out) == (2, ""), refused.err
        assert f"{named} of the extension aks-preview; az kubenet create offers those of az aks create" in refused.err
    unknown = beside(f"{NEW} --enable-nothing-at-all")
    assert (unknown.code, "unrecognized arguments: --enable-nothing-at-all" in unknown.err) == (2, True)
    assert len(beside.arm.ledger.writes()) == written


def test_every_option_of_azure_clis_own_is_offered_beside_it(beside: Cloud, cold_cloud: Cloud) -> None:
    options = [
        [line.split()[0] for line in cloud("kubenet create -h").out.splitlines() if line.startswith("    --")]
        for cloud in (beside, cold_cloud)
    ]
    assert options[0] == options[1]
    assert len(options[0]) > 150


def test_without_it_its_options_are_known_to_nobody(cloud: Cloud) -> None:
    ran = cloud(f"{NEW} --enable-foo-preview")
    assert (ran.code, "unrecognized arguments: --enable-foo-preview" in ran.err) == (2, True)
