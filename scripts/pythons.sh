#!/usr/bin/env bash
# Runs the unit, command and scenario rings on every other Python that azure-cli runs on, and prints a table; one that is not
# on this machine is named as not run.
# usage: pythons.sh OWN_VENV AZ_VERSION...      (run by make pythons; OWN_VENV is of the Python that make test runs on)
set -uo pipefail
own=$("$1"/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
shift
wheel=$(echo dist/kubenet-*.whl)
rings=(tests/unit tests/contract/test_lent_options.py tests/cli/test_plan.py tests/cli/test_create.py tests/cli/test_check.py
    tests/cli/test_list.py tests/cli/test_migrate.py tests/cli/test_outputs.py tests/scenario)
status=0
lines=()
mkdir -p .venv/logs

for version in 3.10 3.11 3.12 3.13 3.14; do
    if [ "$version" = "$own" ]; then
        lines+=("Python $version: make test runs on it")
        continue
    fi
    if ! python=$(bash scripts/find_python.sh "$version"); then
        lines+=("Python $version: NOT RUN, as it is not on this machine")
        continue
    fi
    for az in "$@"; do
        venv=$PWD/.venv/az-$az-py$version
        log=.venv/logs/test-az-$az-py$version.txt
        echo "== azure-cli $az on Python $version"
        if "$python" scripts/set_up.py ".venv/az-$az-py$version" "azure-cli==$az" -r requirements/test.txt &&
            bash scripts/install.sh "$venv" "$wheel"; then
            # shellcheck disable=SC2086
            KUBENET_TRUST_EVERY=48 KUBENET_SWEEP=6 KUBENET_AZ=$venv/bin/az AZURE_EXTENSION_DIR=$venv/extensions PYTHONSAFEPATH=1 \
                "$venv/bin/python" -m pytest -q -n 3 --dist worksteal "${rings[@]}" ${PYTEST_ARGS:-} 2>&1 | tee "$log"
            code=${PIPESTATUS[0]}
            lines+=("Python $version, azure-cli $az: exit code $code: $(tail -n 1 "$log")")
        else
            code=1
            lines+=("Python $version, azure-cli $az: could not be set up")
        fi
        ((code == 0)) || status=1
    done
done

echo
printf '%s\n' "${lines[@]}"
exit $status
