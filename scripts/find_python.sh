#!/usr/bin/env bash
# Prints the newest Python that azure-cli runs on (3.10 to 3.14), or else any that is newer; fails in words where there is none.
# usage: find_python.sh [VERSION]      (one version alone, 3.12; run by make, where PYTHON=... is not given)
set -uo pipefail
names="python3.14 python3.13 python3.12 python3.11 python3.10 python3 python"
if (($#)); then
    names="python$1"
    # where version managers and Homebrew keep what is not on the path
    for found in "$HOME"/.pyenv/versions/"$1"*/bin/"python$1" "$HOME"/.local/share/uv/python/*-"$1"*/bin/"python$1" \
        /opt/homebrew/bin/"python$1" /usr/local/bin/"python$1"; do
        names="$names $found"
    done
fi
looked=
for name in $names; do
    # a shim of pyenv stands for Pythons that do not answer: only one that runs counts
    if path=$(command -v "$name") && version=$("$path" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); then
        case $version in
            2.* | 3.[0-9]) looked="$looked, $name is $version" ;;
            *)
                echo "$path"
                exit 0
                ;;
        esac
    fi
done
if (($# == 0)); then
    echo "Python 3.10 or newer is needed and was not found: looked for $names on the path${looked}." \
        "Install one, or name it: make PYTHON=/path/to/python3" >&2
fi
exit 1
