#!/usr/bin/env bash
# Has terraform and bicep look at what `az kubenet plan --export` writes: the files of tests/golden, which tests hold to it.
# usage: validate_exports.sh      (needs terraform, `az bicep install`, and a network for the provider)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

try() {  # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        echo "ok      $what"
    else
        status=1
        echo "FAILED  $what"
        cat "$work/said"
    fi
}

for file in tests/golden/export-*.tf; do
    name=$(basename "$file" .tf)
    mkdir "$work/$name"
    cp "$file" "$work/$name/plan.tf"
    try "terraform init $name.tf" terraform -chdir="$work/$name" init -backend=false -input=false -no-color
    try "terraform validate $name.tf" terraform -chdir="$work/$name" validate -no-color
done
for file in tests/golden/export-*.bicep; do
    name=$(basename "$file" .bicep)
    try "bicep build $name.bicep" az bicep build --file "$file" --stdout
    if [ -f "tests/golden/$name.bicepparam" ]; then
        cp "$file" "$work/main.bicep"
        cp "tests/golden/$name.bicepparam" "$work/"
        try "bicep build-params $name.bicepparam" az bicep build-params --file "$work/$name.bicepparam" --stdout
    fi
done
exit "$status"
