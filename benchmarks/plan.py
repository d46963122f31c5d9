"""`az kubenet plan` beside a command that does nothing, of an extension that has nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import az
from benchmarks.turns import Times, take_turns

ROUNDS = 15
#: An extension as small as azure-cli takes one.
_NOOP = {
    "azext_noop/__init__.py": """
from azure.cli.core import AzCommandsLoader


class Loader(AzCommandsLoader):
    def __init__(self, cli_ctx=None):
        from azure.cli.core.commands import CliCommandType

        super().__init__(cli_ctx=cli_ctx, custom_command_type=CliCommandType(operations_tmpl="azext_noop.custom#{}"))

    def load_command_table(self, args):
        with self.command_group("noop") as group:
            group.custom_command("run", "run")
        return self.command_table

    def load_arguments(self, command):
        pass


COMMAND_LOADER_CLS = Loader
""",
    "azext_noop/custom.py": "def run(cmd):\n    return {}\n",
    "azext_noop/azext_metadata.json": '{"azext.minCliCoreVersion": "2.0.67"}\n',
    "noop-1.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: noop\nVersion: 1.0.0\n",
    "noop-1.0.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}


def install_noop(extensions: Path, code: str = _NOOP["azext_noop/custom.py"]) -> None:
    """Put the small extension into a folder of extensions; code: of its one command, `noop run`."""
    for path, text in {**_NOOP, "azext_noop/custom.py": code}.items():
        (extensions / "noop" / path).parent.mkdir(parents=True, exist_ok=True)
        (extensions / "noop" / path).write_text(text, encoding="utf-8")


def run(rounds: int = ROUNDS) -> dict[str, Times]:
    """Times of `plan` and of `noop`, both extensions installed side by side."""
    with tempfile.TemporaryDirectory(prefix="kubenet-bench-") as name:
        folder = Path(name)
        both = folder / "extensions"
        install_noop(both)
        (both / "kubenet").symlink_to(az.extensions() / "kubenet")
        env = az.environment(folder, both)
        commands = {"plan": ["kubenet", "plan"], "noop": ["noop", "run"]}
        return take_turns(
            {name: lambda _, words=words: az.run(words, env, folder) for name, words in commands.items()}, rounds
        )
