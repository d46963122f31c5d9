"""Azure-cli's own pylint and flake8, with the rule files that azdev ships for extensions.

usage: VENV/bin/python scripts/lint_style.py AZ_VENV FOLDER...      (run by make check)

As `azdev style` does, pylint sees the azure-cli that the extension imports.
"""

import os
import subprocess
import sys
from pathlib import Path

import azdev

RULES = Path(azdev.__file__).parent / "config"
CHECKERS = Path(azdev.__file__).parent / "operations" / "linter" / "pylint_checkers"


def main(az_venv, *folders):
    # appended, so that the tools keep their own packages
    seen = [str(CHECKERS), *map(str, Path(az_venv).resolve().glob("lib/python*/site-packages"))]
    pylint = [
        "pylint",
        "--rcfile",
        RULES / "ext_pylintrc",
        "--init-hook",
        f"import sys; sys.path += {seen}",
        "--load-plugins",
        "show_command",
        "--score",
        "n",
        "--jobs",
        "2",
        *folders,
    ]
    flake8 = ["flake8", "--append-config", RULES / "ext.flake8", *folders]
    environment = {**os.environ, "PYLINTHOME": str(Path(".venv/cache/pylint").resolve())}
    failed = [
        tool[0]
        for tool in (pylint, flake8)
        if subprocess.run([sys.executable, "-m", *tool], env=environment, check=False).returncode
    ]
    return f"failed: {', '.join(failed)}" if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
