#!/usr/bin/env bash
# Makes the recordings of tests/scenario anew: against Azure where AZURE_TEST_RUN_LIVE=true and `az` is logged in, which
# takes minutes a cluster and costs money; else against a loopback Azure, which takes seconds. Each recording says which.
# usage: record.sh VENV      (run by make record, which sets it up; PYTEST_ARGS='-k name' records some of them)
set -euo pipefail
venv=$(cd "$1" && pwd)
export AZURE_EXTENSION_DIR=$venv/extensions AZURE_CORE_COLLECT_TELEMETRY=false PYTHONSAFEPATH=1
export KUBENET_AZ=$venv/bin/az KUBENET_RECORD=loopback
timeout=300

if [[ ${AZURE_TEST_RUN_LIVE:-} == [Tt]rue ]]; then
    # the tests work in a configuration of their own, with a copy of this login
    export KUBENET_RECORD_LOGIN=${AZURE_CONFIG_DIR:-$HOME/.azure}
    if "$venv/bin/az" account show --query "join(' ', ['recording against', name])" -o tsv --only-show-errors; then
        KUBENET_RECORD=azure timeout=5400
    else
        echo "AZURE_TEST_RUN_LIVE is set, but az is not logged in: recording against a loopback Azure" >&2
    fi
fi
export AZURE_TEST_RUN_LIVE=true

# shellcheck disable=SC2086
"$venv/bin/python" -m pytest -q tests/scenario/test_plan.py tests/scenario/test_create.py tests/scenario/test_check.py \
    tests/scenario/test_migrate.py -n 2 --timeout "$timeout" ${PYTEST_ARGS:-}
echo
for file in tests/scenario/recordings/*.yaml; do
    printf '%s: %s\n' "$(sed -n 's/^recorded: //p' "$file")" "$(basename "$file" .yaml)"
done | sort | awk -F ': ' '{ names[$1] = names[$1] " " $2; count[$1]++ }
    END { for (place in count) printf "recorded against %s: %d:%s\n", place, count[place], names[place] }'
