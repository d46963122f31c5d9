#!/usr/bin/env bash
# Installs a wheel into one azure-cli, just as a user does, with all that az writes kept inside the venv.
# The index of commands that az writes on its first run stays in VENV/config, for the tests to copy.
# usage: install.sh VENV WHEEL
set -euo pipefail
venv=$(cd "$1" && pwd)
wheel=$2

rm -rf "$venv/extensions" "$venv/config"
mkdir -p "$venv/config"
export AZURE_EXTENSION_DIR=$venv/extensions AZURE_CONFIG_DIR=$venv/config AZURE_CORE_COLLECT_TELEMETRY=false
"$venv/bin/az" extension add --source "$wheel" --yes --only-show-errors
PYTHONSAFEPATH=1 "$venv/bin/az" kubenet --help >/dev/null ||
    echo "az kubenet is installed in $1 and does not load: the checks and tests will show it" >&2
