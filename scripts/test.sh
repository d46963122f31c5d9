#!/usr/bin/env bash
# Runs all tests once on each azure-cli, then repeats pytest's own last line for each; fails when any run did.
# usage: test.sh VERSION...      (run by make test, which sets up .venv/az-VERSION; PYTEST_ARGS adds options)
set -uo pipefail
status=0
lines=()
mkdir -p .venv/logs

for version in "$@"; do
    venv=$PWD/.venv/az-$version
    log=.venv/logs/test-az-$version.txt
    start=$SECONDS
    echo "== azure-cli $version"
    # shellcheck disable=SC2086
    # KUBENET_TRUST_EVERY: on the newest azure-cli every kill point is tried, on others a sample
    every=7
    if [ "$version" = "${AZ_NEWEST:-$version}" ]; then
        every=1
    fi
    # PYTHONSAFEPATH: az runs `python -m`, which would put the work tree before the installed wheel
    KUBENET_TRUST_EVERY=$every KUBENET_AZ=$venv/bin/az AZURE_EXTENSION_DIR=$venv/extensions PYTHONSAFEPATH=1 \
        "$venv/bin/python" -m pytest -n 2 --dist worksteal ${PYTEST_ARGS:-} 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    if ((code)); then
        status=1
    fi
    lines+=("azure-cli $version: exit code $code, $((SECONDS - start)) s" "$(tail -n 1 "$log")")
done

echo
printf '%s\n' "${lines[@]}"
exit $status
