"""A cluster's own API, as kubectl prints it, and a shell that runs the command with a kubectl of its own."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from azext_kubenet.discovery.inside_command import inside_command

#: Marks tests that need a shell and jq.
needs_jq = pytest.mark.skipif(not shutil.which("jq") or not shutil.which("awk"), reason="there is no jq, or no awk")
#: Prints what lies in a folder under the first word after `get`, and fails as a file there says.
_KUBECTL = """#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/typed"
case "$1" in
api-resources) what=api-resources ;;
get) what=${2%%,*} ;;
*) exit 64 ;;
esac
[ -e "$here/$what.warning" ] && cat "$here/$what.warning" >&2
[ -e "$here/$what.out" ] && cat "$here/$what.out"
[ -e "$here/$what.error" ] && cat "$here/$what.error" >&2 && exit 1
exit 0
"""
#: What kubectl is asked for, by a short name.
KINDS = {
    "nodes": "nodes",
    "budgets": "poddisruptionbudgets",
    "maps": "configmaps",
    "sets": "daemonsets",
    "policies": "networkpolicies.networking.k8s.io",
    "calico": "globalnetworkpolicies.crd.projectcalico.org",
}


def node(
    name: str, block: str | None, address: str, *conditions: tuple[str, str], joined: str = "2020-01-01T00:00:00Z"
) -> dict[str, Any]:
    """A node. conditions: kind and status, beside those that every node has."""
    shown = dict([("MemoryPressure", "False"), ("NetworkUnavailable", "False"), ("Ready", "True"), *conditions])
    return {
        "metadata": {"name": name, "creationTimestamp": joined, "labels": {"x" * 40: "y" * 400}},
        "spec": {"podCIDR": block, "podCIDRs": [block]} if block else {},
        "status": {
            "addresses": [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": address}],
            "conditions": [
                {"type": kind, "status": status, "reason": f"Is{kind}", "message": "m"}
                for kind, status in shown.items()
            ],
            "images": [{"names": ["registry.example/" + "i" * 200]}] * 20,
        },
    }


def budget(
    name: str,
    allowed: int,
    *,
    namespace: str = "shop",
    spec: Mapping[str, Any] | None = None,
    pods: int = 3,
    healthy: int = 3,
    wanted: int = 3,
) -> dict[str, Any]:
    """A PodDisruptionBudget."""
    status = {"disruptionsAllowed": allowed, "expectedPods": pods, "currentHealthy": healthy, "desiredHealthy": wanted}
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"minAvailable": 3} if spec is None else spec,
        "status": status,
    }


def run(
    folder: Path,
    objects: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    warnings: Mapping[str, str] | None = None,
    shell: str = "bash",
    command: str = "",
) -> str:
    """What a command prints in a cluster of some objects, by default the one that looks inside.

    errors: of kinds that kubectl fails for
    """
    for each in [*folder.iterdir()]:
        each.unlink()
    kubectl = folder / "kubectl"
    kubectl.write_text(_KUBECTL)
    kubectl.chmod(kubectl.stat().st_mode | stat.S_IXUSR)
    for kind, word in KINDS.items():
        found = objects.get(kind, [])
        text = found if isinstance(found, str) else json.dumps({"kind": "List", "items": found})
        (folder / f"{word}.out").write_text(text)
    if "calico" in objects:
        (folder / "api-resources.out").write_text(f"blockaffinities.crd.projectcalico.org\n{KINDS['calico']}\n")
    for kind, words in (errors or {}).items():
        (folder / f"{KINDS.get(kind, kind)}.out").unlink(missing_ok=True)
        (folder / f"{KINDS.get(kind, kind)}.error").write_text(words + "\n")
    for kind, words in (warnings or {}).items():
        (folder / f"{KINDS[kind]}.warning").write_text(words + "\n")
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(
        [shell, "-c", command or inside_command()],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=True,
        timeout=60,
    )
    return done.stdout.decode()
