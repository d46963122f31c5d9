"""`az kubenet create` offers every option of the installed `az aks create`, as that azure-cli defines it.

The two commands are loaded side by side in one azure-cli, and their parsers are compared action by action. That each
option reaches the cluster is shown in tests/cli/test_lent_options.py.
"""

from __future__ import annotations

import argparse
import functools
import inspect
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from azext_kubenet.aks.borrowed import AksCreate, refuse_a_broken_private_key
from azext_kubenet.errors import Refused
from azext_kubenet.options.shell_words import read_id, read_resource_id
from tests.contract.side_by_side import SideBySide, load

AKS, OURS = "aks create", "kubenet create"
#: Options of `az aks create` that are ours in `az kubenet create`, and why. They keep their names.
REDEFINED = {
    "pod_cidr": "takes a size too, and is planned",
    "service_cidr": "takes a size too, and is planned",
    "dns_service_ip": "derived from the service CIDR",
    "docker_bridge_address": "checked, not deprecated, and never sent",
}
#: Options that scripts may rely on beside those of `az aks create`.
OUR_OPTIONS = (
    "plan", "max_surge", "extra_ips", "vnet_address_prefixes", "subnet_prefix", "within", "exclude_prefixes",
    "accept_risk", "vnet_name", "subnet_name", "vnet_resource_group", "identity_type", "create_service_principal",
    "role", "role_scope", "dry_run", "rollback_on_failure",
)  # fmt: skip
#: What is said in the names of options whose values are not touched.
SECRETS = ("secret", "password")
#: Options whose validator is wrapped, and why.
WRAPPED_VALIDATORS = {"ssh_key_value": "a key pair is written once nothing prevents the cluster"}


@pytest.fixture(scope="module")
def commands() -> SideBySide:
    """Both commands in one azure-cli."""
    return load(AKS, OURS)


def settings(commands: SideBySide, name: str) -> dict[str, dict[str, Any]]:
    """Settings of every option of a command, as they were registered."""
    return commands.settings(name)


def actions(commands: SideBySide, name: str) -> dict[str, Any]:
    """The actions of a command's parser, by option."""
    return commands.actions(name)


def said(value: Any) -> Any:
    """A value in a form that is equal when two loads made it of the same code with the same values."""
    if isinstance(value, functools.partial):
        return ("partial", said(value.func), said(value.args), said(value.keywords))
    if isinstance(value, (list, tuple, set)):
        return [said(each) for each in (sorted(value) if isinstance(value, set) else value)]
    if isinstance(value, dict):
        return {key: said(each) for key, each in value.items()}
    if inspect.isclass(value) or inspect.isroutine(value):
        held = [said(cell.cell_contents) for cell in getattr(value, "__closure__", None) or () if _plain(cell)]
        return (f"{getattr(value, '__module__', '')}.{value.__qualname__}", held)
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return (type(value).__qualname__, said({k: v for k, v in vars(value).items() if _is_plain(v)}))


def _plain(cell: Any) -> bool:
    return _is_plain(cell.cell_contents)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool, list, tuple)) or inspect.isfunction(value)


def test_every_parameter_of_the_installed_aks_create_is_offered(commands: SideBySide) -> None:
    from azure.cli.command_modules.acs.custom import aks_create

    expected = set(inspect.signature(aks_create).parameters) - {"cmd", "client"}
    assert len(expected) > 150
    assert expected - set(settings(commands, OURS)) == set()


def test_what_is_offered_beside_them_is_ours_and_stands_in_our_groups(commands: SideBySide) -> None:
    theirs, ours = settings(commands, AKS), settings(commands, OURS)
    groups = {name: ours[name].get("arg_group") for name in set(ours) - set(theirs)}
    assert set(OUR_OPTIONS) <= set(groups)
    assert set(groups.values()) <= {"Cluster size", "Ranges", "Address space", "Network", "Identity", "Execution"}


def test_in_the_help_the_groups_of_az_aks_create_come_after_ours(commands: SideBySide) -> None:
    groups = {each.get("arg_group") for each in settings(commands, OURS).values()} - {None}
    lent = [group for group in sorted(groups) if group.startswith("az aks create")]
    assert lent
    assert sorted(groups)[-len(lent) :] == lent  # azure-cli sorts them so  # noqa: E203


@pytest.mark.parametrize(
    "trait", ["option_strings", "default", "choices", "type", "nargs", "const", "required", "metavar", "completer"]
)
def test_every_option_is_parsed_as_az_aks_create_parses_it(commands: SideBySide, trait: str) -> None:
    theirs, ours = actions(commands, AKS), actions(commands, OURS)
    differing = {
        option: (said(getattr(theirs[option], trait, None)), said(getattr(ours[option], trait, None)))
        for option in theirs
        if option not in REDEFINED or trait in ("option_strings", "required", "nargs")
        if said(getattr(theirs[option], trait, None)) != said(_own(option, getattr(ours[option], trait, None)))
    }
    assert differing == {}


def _own(option: str, value: Any) -> Any:
    """A setting, where ours reads ids as shells deliver them and az aks create reads any text: no type at all."""
    return None if value in (read_id, read_resource_id) and not any(word in option for word in SECRETS) else value


def kind(action: argparse.Action) -> str:
    """The name of an action's class; azure-cli makes its classes anew for each command."""
    return type(action).__qualname__


def test_an_option_that_stores_or_counts_does_so_here_too(commands: SideBySide) -> None:
    theirs, ours = actions(commands, AKS), actions(commands, OURS)
    stored = argparse._StoreAction.__qualname__
    differing = {
        option: (kind(action), kind(ours[option]))
        for option, action in theirs.items()
        if option not in REDEFINED
        and kind(action) != kind(ours[option])
        and not (kind(action) == stored and action.nargs in ("+", "*"))  # adds up: see add_up
    }
    assert differing == {}


def test_every_other_setting_is_the_one_of_az_aks_create(commands: SideBySide) -> None:
    """Validators, id parts, configured defaults, deprecations, previews."""
    theirs, ours = settings(commands, AKS), settings(commands, OURS)
    keys = {
        "validator", "id_part", "configured_default", "deprecate_info", "is_preview", "is_experimental",
        "local_context_attribute", "default", "choices", "type", "completer", "nargs", "options_list",
    }  # fmt: skip
    differing = {
        (option, key): (said(theirs[option].get(key)), said(ours[option].get(key)))
        for option in theirs
        if option not in REDEFINED
        for key in keys
        if not (key == "validator" and option in WRAPPED_VALIDATORS)
        if said(theirs[option].get(key)) != said(_own(option, ours[option].get(key)))
    }
    assert differing == {}


@pytest.mark.parametrize("option", WRAPPED_VALIDATORS, ids=list(WRAPPED_VALIDATORS.values()))
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_wrapped_validator_runs_in_a_dry_run_too(commands: SideBySide, option: str, dry_run: bool) -> None:
    validator = settings(commands, OURS)[option]["validator"]
    theirs = settings(commands, AKS)[option]["validator"]
    namespace = SimpleNamespace(**{option: "no key at all"}, generate_ssh_keys=False, no_ssh_key=False, dry_run=dry_run)
    with pytest.raises(Exception) as refusal:
        theirs(namespace)
    with pytest.raises(type(refusal.value)):
        validator(namespace)


@pytest.mark.parametrize("dry_run", [False, True])
def test_options_are_read_without_generating_a_key(commands: SideBySide, tmp_path: Path, dry_run: bool) -> None:
    path = str(tmp_path / "id_rsa.pub")
    namespace = SimpleNamespace(ssh_key_value=path, generate_ssh_keys=True, no_ssh_key=False, dry_run=dry_run)
    settings(commands, OURS)["ssh_key_value"]["validator"](namespace)
    assert ([*tmp_path.iterdir()], namespace.ssh_key_value) == ([], path)


def test_the_key_is_generated_later_as_the_validator_of_az_aks_create_does(
    commands: SideBySide, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    written = {}
    for whose in ("theirs", "ours"):
        options = {"ssh_key_value": str(tmp_path / whose / "id_rsa.pub"), "generate_ssh_keys": True}
        namespace = SimpleNamespace(**options, no_ssh_key=False)
        if whose == "theirs":
            settings(commands, AKS)["ssh_key_value"]["validator"](namespace)
        else:
            namespace.ssh_key_value = AksCreate.generated_key(options)["ssh_key_value"]
        files = sorted((tmp_path / whose).iterdir())
        assert namespace.ssh_key_value == files[1].read_text(encoding="ascii")
        said = [each.getMessage().replace(whose, "") for each in caplog.records]
        written[whose] = [(each.name, each.stat().st_mode) for each in files], said
        caplog.clear()
    assert written["theirs"] == written["ours"]
    assert AksCreate.generated_key(options) == {}  # it is there by now


def key_file(form: PrivateFormat, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, form, encryption)


# what lies where the private key would, why no public key comes of it, and whether OpenSSH could make one
BROKEN = (
    ("text", b"not a key", "it is no private key that azure-cli reads", False),
    ("an empty file", b"", "it is no private key that azure-cli reads", False),
    ("a key as OpenSSH writes it", key_file(PrivateFormat.OpenSSH), "it is no private key that azure-cli reads", True),
    ("a key with a password", key_file(PrivateFormat.PKCS8, b"x"), "it has a password", True),
)


@pytest.mark.parametrize(("content", "why", "itself"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_private_key_of_which_no_public_one_can_be_made_is_named_and_stays(
    tmp_path: Path, content: bytes, why: str, itself: bool
) -> None:
    private = tmp_path / "id_rsa"
    private.write_bytes(content)
    options = {"ssh_key_value": f"{private}.pub", "generate_ssh_keys": True}
    for check in (refuse_a_broken_private_key, AksCreate.generated_key):
        with pytest.raises(Refused, match=f"{re.escape(str(private))}, which is there: {why}") as refusal:
            check(options)
        (advice,) = refusal.value.recommendations
        assert (f"move {private} away" in advice, "ssh-keygen -y -f" in advice) == (True, itself)
    assert ([*tmp_path.iterdir()], private.read_bytes()) == ([private], content)


def test_every_option_has_the_help_of_az_aks_create(commands: SideBySide) -> None:
    """The summary that `az aks create -h` shows, read from its help file by azure-cli's own reader."""
    from azure.cli.core._help import AzCliHelp, CliCommandHelpFile

    cli = commands.table[AKS].loader.cli_ctx
    texts = {}
    for name in (AKS, OURS):
        file = CliCommandHelpFile(AzCliHelp(cli), name, commands.parser(name))
        file.load(commands.parser(name))
        texts[name] = {
            option: f"{parameter.short_summary} {parameter.long_summary}".split()
            for parameter in file.parameters
            for option in parameter.name_source
        }
    own = {"--" + name.replace("_", "-") for name in REDEFINED}
    differing = {
        option: (words, texts[OURS].get(option))
        for option, words in texts[AKS].items()
        if option not in own and not _begins(texts[OURS].get(option), words)
    }
    assert differing == {}


def _begins(ours: list[str] | None, theirs: list[str]) -> bool:
    """Whether a help text holds every word of the lender's, in order; where the lender has none, ours points to it."""
    if ours is None:
        return False
    plain = [[word.strip(".:") for word in words] for words in (ours, theirs)]
    return plain[0][: len(plain[1])] == plain[1]


def test_what_is_redefined_is_still_an_option_of_az_aks_create(commands: SideBySide) -> None:
    assert set(REDEFINED) <= set(settings(commands, AKS))
    assert set(WRAPPED_VALIDATORS) <= set(settings(commands, AKS))
