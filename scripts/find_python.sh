#!/usr/bin/env bash
# Prints the newest Python that azure-cli runs on (3.10 to 3.14), or else any that is newer; fails in words where there is none.
# PYTHON names another one. usage: find_python.sh [VERSION]      (one version alone, such as 3.12; run by make)
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
IFS=" "
if [ $# = 0 ] && [ -n "${PYTHON:-}" ]; then
    names=$PYTHON
    IFS= # a path may have blanks
fi
for name in $names; do
    # a shim of pyenv stands for Pythons that do not answer: only one that runs counts
    path=$(command -v "$name") || continue
    version=$("$path" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    case $version in
        2.* | 3.[0-9]) looked="$looked, $name is $version" ;;
        3.*)
            echo "$path"
            exit 0
            ;;
    esac
done
if (($# == 0)); then
    echo "Python 3.10 or newer is needed and was not found: looked for $names${looked}." \
        "Install one, or name it: make PYTHON=/path/to/python3" >&2
fi
exit 1
