#!/usr/bin/env bash
# Runs every check, shows what each found, and fails when any did.
# usage: check.sh CHECK_VENV AZ_VENV      (run by make check, which sets both up)
set -uo pipefail
python=$1/bin/python
az_venv=$2
failed=()

check() {  # NAME COMMAND...
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    if ! "$@"; then
        failed+=("$name")
    fi
    echo "-- $((SECONDS - start)) s"
}

linter() {
    AZURE_EXTENSION_DIR=$PWD/$az_venv/extensions AZURE_CONFIG_DIR=$PWD/$az_venv/config PYTHONSAFEPATH=1 \
        AZURE_CORE_COLLECT_TELEMETRY=false "$az_venv/bin/python" scripts/lint_commands.py "$(dirname "$(dirname "$python")")"
}

workflows() {
    "$python" -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml &&
        "$python" -m check_jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml &&
        "$python" -m check_jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml &&
        "$python" -m check_jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
}

check "style: ruff" "$python" -m ruff check --quiet --output-format concise .
check "format: ruff" "$python" -m ruff format --quiet --check .
check "style: azure-cli's pylint and flake8" "$python" scripts/lint_style.py "$az_venv" azext_kubenet tests \
    scripts benchmarks setup.py
check "commands: azure-cli's linter" linter
check "types: mypy" "$python" -m mypy
check "workflows and issue forms: their schemas" workflows
check "contract: import arrows, package, tidiness" \
    "$python" -m pytest -q tests/contract/test_arrows.py tests/contract/test_package.py tests/contract/test_tidy.py

if ((${#failed[@]})); then
    echo "FAILED:"
    printf '  %s\n' "${failed[@]}"
    exit 1
fi
echo "all checks passed"
