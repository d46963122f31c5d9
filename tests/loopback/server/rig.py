"""The side of ``az``: which one, in what environment, logged in how.

`prepare_config` writes by hand the three files that ``az cloud register``, ``az cloud set`` and ``az login
--identity`` would write, which saves three process starts; `log_in` runs those three commands. A test compares the
two.
"""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..core.options import CLOUD, SUBSCRIPTION, TENANT
from .login import IDENTITY_HEADER

if TYPE_CHECKING:
    from .server import LoopbackArm

KEPT = ("AZURE_EXTENSION_DIR", "AZURE_EXTENSION_DEV_SOURCES")  # of the caller's AZURE_ variables
DROPPED = ("IDENTITY_SERVER_THUMBPRINT", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET")
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
PUBLIC_KEYS: list[str] = []


def az_program() -> str:
    """``$AZ``, else the ``az`` beside this Python, else the one on PATH."""
    beside = Path(sys.executable).with_name("az")
    found = os.environ.get("AZ") or (str(beside) if beside.exists() else shutil.which("az"))
    if not found:
        raise FileNotFoundError("There is no az beside this Python or on PATH; name one in AZ.")
    return found


def environment(url: str, ca_bundle: str, config_dir: str | Path) -> dict[str, str]:
    """An environment in which ``az`` trusts the server, finds its identity there, and writes nowhere but to
    `config_dir`.

    HOME too, since ``az aks create --generate-ssh-keys`` writes to ``~/.ssh``.
    """
    folder = str(config_dir)
    no_proxy = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in DROPPED and not (key.upper().startswith("AZURE_") and key not in KEPT)
    }
    return {
        **kept,
        "AZURE_CONFIG_DIR": folder,
        "HOME": folder,
        **dict.fromkeys(CA_VARIABLES, ca_bundle),
        "IDENTITY_ENDPOINT": url + "/msi/token",
        "IDENTITY_HEADER": IDENTITY_HEADER,
        **dict.fromkeys(("NO_PROXY", "no_proxy"), ",".join(filter(None, (no_proxy, "localhost,127.0.0.1")))),
        "LOOPBACK_ARM": url,
        "AZURE_CORE_COLLECT_TELEMETRY": "false",
        "AZURE_CORE_NO_COLOR": "true",
        "AZURE_CORE_SURVEY_MESSAGE": "false",
        "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
        "PYTHONWARNINGS": "ignore",
    }


def trusted_before() -> bytes:
    """The certificates that this process trusts, so that a command around which the server runs can still reach the
    net.
    """
    named = next(filter(None, map(os.environ.get, CA_VARIABLES)), "") or certifi.where()
    return Path(named).read_bytes() if Path(named).is_file() else b""


def prepare_config(config_dir: str | Path, arm: LoopbackArm) -> dict[str, str]:
    """Make `config_dir` that of an ``az`` with the cloud registered, chosen, and logged in; the environment to run
    it in.
    """
    folder = Path(config_dir)
    folder.mkdir(parents=True, exist_ok=True)
    _write_ini(folder / "clouds.config", {CLOUD: {**_endpoints(arm.url), "subscription": SUBSCRIPTION}})
    _write_ini(
        folder / "config",
        {"cloud": {"name": CLOUD}, "core": {"collect_telemetry": "false"}, "auto-upgrade": {"enable": "no"}},
    )
    (folder / "azureProfile.json").write_text(json.dumps(_profile(arm)), encoding="utf-8")
    _ssh_key(folder)
    index = Path(az_program()).parent.parent / "config" / "commandIndex.json"
    if index.is_file():  # made by scripts/install.sh: az builds it anew in every folder, which takes it seconds
        shutil.copy(index, folder)
    return arm.env(folder)


def log_in(config_dir: str | Path, arm: LoopbackArm) -> dict[str, str]:
    """The true way: ``az cloud register``, ``az cloud set``, ``az login --identity``."""
    folder = Path(config_dir)
    folder.mkdir(parents=True, exist_ok=True)
    _ssh_key(folder)
    env = arm.env(folder)
    for words in (
        ["cloud", "register", "-n", CLOUD, "--endpoint-resource-manager", arm.url],
        ["cloud", "set", "-n", CLOUD],
        ["login", "--identity"],
    ):
        run(words, env, check=True)
    return env


def run(
    words: Sequence[str], env: Mapping[str, str], check: bool = False, stdin: str | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """One ``az`` process; what it printed is in the answer. With `check`, a failure is an error that shows standard
    error.
    """
    done = subprocess.run(
        [az_program(), *words],
        env=dict(env),
        text=True,
        capture_output=True,
        timeout=timeout,
        check=False,
        input=stdin if stdin is not None else "",
    )
    if check and done.returncode:
        raise AssertionError(f"az {words[0]}: exit code {done.returncode}\n{done.stderr}")
    return done


def exports(env: Mapping[str, str]) -> str:
    """The shell lines that set what differs from this process's environment."""
    changed = sorted(key for key, value in env.items() if os.environ.get(key) != value)
    gone = sorted(key for key in os.environ if key not in env)
    return "\n".join([f"export {key}='{env[key]}'" for key in changed] + [f"unset {key}" for key in gone])


def _endpoints(url: str) -> dict[str, str]:
    """``clouds.config`` as ``az cloud register`` writes it from /metadata/endpoints."""
    base = url + "/"
    names = (
        "management",
        "sql_management",
        "batch_resource_id",
        "gallery",
        "active_directory",
        "active_directory_resource_id",
        "active_directory_graph_resource_id",
        "microsoft_graph_resource_id",
        "vm_image_alias_doc",
        "media_resource_id",
        "active_directory_data_lake_resource_id",
    )
    plain = (
        "ossrdbms_resource_id",
        "log_analytics_resource_id",
        "app_insights_resource_id",
        "synapse_analytics_resource_id",
        "portal",
        "resource_manager",
        "app_insights_telemetry_channel_resource_id",
        "attestation_resource_id",
        "app_service_resource_id",
    )
    host = url.partition("://")[2]
    suffixes = {
        "storage_endpoint": host,
        **dict.fromkeys(("keyvault_dns", "sql_server_hostname", "acr_login_server_endpoint", "mhsm_dns"), "." + host),
    }
    suffixes.update(
        {
            name + "_server_endpoint": f".{word}.{host}"
            for name, word in (("mariadb", "mariadb"), ("mysql", "mysql"), ("postgresql", "postgres"))
        }
    )
    return {
        **{"endpoint_" + name: base for name in names},
        **{"endpoint_" + name: url for name in plain},
        "endpoint_azmirror_storage_account_resource_id": "null",
        **{"suffix_" + name: value for name, value in suffixes.items()},
    }


def _profile(arm: LoopbackArm) -> dict[str, object]:
    """``azureProfile.json`` as ``az login --identity`` writes it: the main subscription is the default."""
    return {
        "installationId": str(uuid.uuid4()),
        "subscriptions": [
            {
                "id": each.id,
                "name": each.name,
                "state": "Enabled",
                "isDefault": each.id == SUBSCRIPTION,
                "tenantId": TENANT,
                "environmentName": CLOUD,
                "homeTenantId": TENANT,
                "managedByTenants": [],
                "user": {"name": "systemAssignedIdentity", "type": "servicePrincipal", "assignedIdentityInfo": "MSI"},
            }
            for each in arm.cloud.subscriptions.own()
        ],
    }


def _ssh_key(folder: Path) -> None:
    """``~/.ssh/id_rsa.pub``: ``az aks create`` without ``--generate-ssh-keys`` wants one, as most users have one."""
    if not PUBLIC_KEYS:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        PUBLIC_KEYS.append(public.decode() + " loopback\n")
    (folder / ".ssh").mkdir(mode=0o700, exist_ok=True)
    (folder / ".ssh" / "id_rsa.pub").write_text(PUBLIC_KEYS[0], encoding="ascii")


def _write_ini(path: Path, sections: Mapping[str, Mapping[str, str]]) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_dict(sections)
    with path.open("w", encoding="utf-8") as target:
        parser.write(target)
