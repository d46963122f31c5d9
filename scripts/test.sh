#!/usr/bin/env bash
# Runs all tests on the first azure-cli, and on each other the rings that touch azure-cli; then repeats pytest's own last line
# for each, and fails when any did.
# usage: test.sh VERSION...      (run by make test, which sets up .venv/az-VERSION; PYTEST_ARGS adds options)
set -uo pipefail
status=0
lines=()
mkdir -p .venv/logs

# Where azure-cli has a say: its processes, its loader, its code, its clients. All else is the same on every version.
touched=(
    tests/cli tests/scenario tests/contract/test_lent_options.py tests/contract/test_package.py
    tests/unit/aks tests/unit/azure tests/unit/changes tests/unit/output tests/unit/options/test_actions.py
    tests/unit/options/test_ranges.py tests/unit/test_errors.py
    tests/release/test_install.py tests/loopback/tests/test_article.py tests/loopback/tests/test_az_reads.py tests/loopback/tests/test_rig.py
)
# What others have in Azure, and what they are allowed: that hangs on our own reads. Once here, on every version in make trust.
# So do clusters that exist, but for the command itself.
for name in situations existing_networks rights discover surroundings check_faults check_route_faults check_inside list migrate \
    role_files pipelines; do
    touched+=(--ignore "tests/cli/test_$name.py")
done
# How Azure fails, and what we then do, hangs on our own requests and changes as well: tests/trust is not among them.

rings=(tests)
# samples of kill points, interrupts and faults, and of sweeps (tests/conftest.py); make trust tries all
every=48
sweep=6
for version in "$@"; do
    venv=$PWD/.venv/az-$version
    log=.venv/logs/test-az-$version.txt
    start=$SECONDS
    echo "== azure-cli $version"
    # shellcheck disable=SC2086
    # PYTHONSAFEPATH: az runs `python -m`, which would put the work tree before the installed wheel
    KUBENET_TRUST_EVERY=$every KUBENET_SWEEP=$sweep KUBENET_AZ=$venv/bin/az AZURE_EXTENSION_DIR=$venv/extensions PYTHONSAFEPATH=1 \
        "$venv/bin/python" -m pytest -n 3 --dist worksteal ${PYTEST_ARGS:-} "${rings[@]}" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    if ((code)); then
        status=1
    fi
    lines+=("azure-cli $version: exit code $code, $((SECONDS - start)) s" "$(tail -n 1 "$log")")
    rings=("${touched[@]}")
done

echo
printf '%s\n' "${lines[@]}"
echo "samples: every 48th kill point, a twenty-fourth of the places of each fault, every sixth case of a sweep, 20 of 100" \
    "cases of a property; on the second azure-cli only what touches azure-cli, without trust; make trust tries all"
exit $status
