"""`az aks create` of the installed azure-cli: its options, lent to our command, and its code, which makes the cluster.

The only module that names azure.cli.command_modules, and inside functions alone: importing it costs more time than
all of `az kubenet plan`. Not every azure-cli has the same options, so none is named here but those that we set.
"""

import inspect
import os
import shlex
import struct
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from azext_kubenet.azure.client import ArmClient
from azext_kubenet.azure.retry import VisibleRetry
from azext_kubenet.errors import Refused
from azext_kubenet.options.shell_words import read_id, read_resource_id

#: What azure-cli keeps of an option, or hands to a command, by name.
Settings = dict[str, Any]
#: The command whose options are lent.
COMMAND = "aks create"
#: Parameters of aks_create that are no options.
_NOT_OPTIONS = ("cmd", "client")
#: Where the lent options stand in the help of our command: in lower case, which sorts after all of our own groups.
_GROUP = "az aks create"
#: Those that stand before all groups, as in every command.
_GENERAL = ("resource_group_name", "name", "location", "tags", "no_wait")
#: What is said in the names of options whose values are secrets, which no blank is taken from.
_SECRETS = ("secret", "password")
#: Options that are ids and that we read ourselves: a validator of azure-cli's would refuse them with another exit code.
_IDS = ("vnet_subnet_id", "assign_identity", "assign_kubelet_identity")
#: A validator of this option writes a key pair to disk: that waits until nothing prevents the cluster any more.
_WRITES_KEYS = "ssh_key_value"


def borrowed_options(cli_ctx: Any) -> Iterator[tuple[str, Settings]]:
    """Name and settings of every option of `az aks create`: help, default, validator, completer and all."""
    from azure.cli.command_modules.acs import ContainerServiceCommandsLoader
    from azure.cli.command_modules.acs.custom import aks_create

    registry = _registry(ContainerServiceCommandsLoader, cli_ctx)
    texts = _help_texts()
    for name, parameter in inspect.signature(aks_create).parameters.items():
        if name in _NOT_OPTIONS:
            continue
        settings = dict(registry.get_cli_argument(COMMAND, name).settings)
        settings.setdefault("options_list", ["--" + name.replace("_", "-")])
        yield name, _completed(name, settings, parameter.default, texts)


def spellings(cli_ctx: Any) -> frozenset[str]:
    """Every way to spell an option of `az aks create`."""
    lists = (settings["options_list"] for _, settings in borrowed_options(cli_ctx))
    return frozenset(each for options in lists for each in options if isinstance(each, str))


def _registry(loader_class: Any, cli_ctx: Any) -> Any:
    """The argument registry of the acs module, with the arguments that azure-cli registers for every command."""
    from azure.cli.core.commands.parameters import get_location_type, resource_group_name_type

    loader = loader_class(cli_ctx=cli_ctx)
    loader.skip_applicability = True
    with loader.argument_context("") as context:
        context.argument("resource_group_name", resource_group_name_type)
        context.argument("location", get_location_type(cli_ctx))
    loader.load_arguments(COMMAND)
    return loader.argument_registry


def _completed(name: str, settings: Settings, default: Any, texts: Mapping[str, str]) -> Settings:
    """Settings with what azure-cli would read from the signature and the help file of the command."""
    if default is inspect.Parameter.empty:
        settings.setdefault("required", True)
    else:
        settings.setdefault("default", default)
        if (
            isinstance(default, bool)
            and "arg_type" not in settings
            and not {"choices", "nargs", "type"} & set(settings)
        ):
            settings.setdefault("action", f"store_{str(not default).lower()}")
    for option in settings["options_list"]:
        text = texts.get(option) if isinstance(option, str) else None
        if text:
            settings["help"] = text
    settings.setdefault("help", f"See az {COMMAND}.")
    if not {"type", "action", "choices"} & set(settings) and not any(word in name for word in _SECRETS):
        # Of any other text, a name among them, read_id leaves all but the end of a line.
        settings["type"] = read_resource_id if name in _IDS else read_id
    if name not in _GENERAL:
        own = settings.get("arg_group")
        settings["arg_group"] = f"{_GROUP}: {own}" if own else _GROUP
    if name == _WRITES_KEYS and settings.get("validator"):
        settings["validator"] = _without_writing(settings["validator"], settings.get("default"))
    return settings


def _without_writing(validator: Callable[..., None], default: object) -> Callable[..., None]:
    """The validator of the key, but where it would generate one; the default stays known as not typed."""
    from knack.validators import DefaultStr

    path = os.path.expanduser(str(default or ""))

    def validate(namespace: Any) -> None:
        is_default = os.path.expanduser(str(getattr(namespace, _WRITES_KEYS, ""))) == path
        if not key_is_to_be_generated(vars(namespace)):
            validator(namespace)
            if not getattr(namespace, "no_ssh_key", False):
                _refuse_a_cut_off_key(str(getattr(namespace, _WRITES_KEYS, "") or ""))
        key = getattr(namespace, _WRITES_KEYS, None)
        if is_default and isinstance(key, str):
            setattr(namespace, _WRITES_KEYS, DefaultStr(key))

    return validate


def key_is_to_be_generated(options: Mapping[str, object]) -> bool:
    """Whether `az aks create` would write a key pair: one is wanted, and what is named is neither a file nor a key."""
    named = str(options.get(_WRITES_KEYS) or "")
    if not options.get("generate_ssh_keys") or options.get("no_ssh_key") or os.path.exists(named):
        return False
    from azure.cli.core.keys import is_valid_ssh_rsa_public_key

    _refuse_a_cut_off_key(named)
    return not is_valid_ssh_rsa_public_key(named)


def _refuse_a_cut_off_key(key: str) -> None:
    """Raise what azure-cli says of a wrong key for one at which its own check breaks."""
    from azure.cli.core.azclierror import InvalidArgumentValueError
    from azure.cli.core.keys import is_valid_ssh_rsa_public_key

    advice = "use the content, or the file, of an RSA public key"
    if not key.strip():
        raise InvalidArgumentValueError("--ssh-key-value: the SSH key is empty", advice)
    try:
        is_valid_ssh_rsa_public_key(key)
    except (struct.error, ValueError) as error:
        raise InvalidArgumentValueError("--ssh-key-value: the SSH key is cut off, or is none", advice) from error


def refuse_a_broken_private_key(options: Mapping[str, object]) -> None:
    """Raise Refused if a public key is to be generated for a private one that is there, and nothing comes of that."""
    if not key_is_to_be_generated(options):
        return
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    public = str(options.get(_WRITES_KEYS) or "")  # azure-cli takes these two files for a pair
    private = public[:-4] if public[-4:].lower() == ".pub" else f"{public}.private"
    if not os.path.isfile(private):
        return
    content = b""
    try:
        with open(private, "rb") as file:
            content = file.read()
        load_pem_private_key(content, password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        why = {TypeError: "it has a password", ValueError: "it is no private key that azure-cli reads"}
        message = f"--generate-ssh-keys: {public} cannot be made from {private}, which is there: "
        # One that OpenSSH wrote, say, which reads it itself.
        command = f"ssh-keygen -y -f {shlex.quote(private)} > {shlex.quote(public)}"
        itself = f"run {command}, or " if content.startswith(b"-----BEGIN") else ""
        advice = f"{itself}use --ssh-key-value FILE with a public key, or move {private} away"
        raise Refused(f"{message}{why.get(type(error), error)}", advice) from error


def _help_texts() -> dict[str, str]:
    """Summary of each option in the help file of the command, by every spelling of the option."""
    import yaml
    from knack.help_files import helps

    # The C parser, where there is one: the other one takes as long as all the rest of the command's start.
    document = yaml.load(helps[COMMAND], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    texts: dict[str, str] = {}
    for parameter in document.get("parameters", ()):
        summary = " ".join(str(parameter.get(key, "")).strip() for key in ("short-summary", "long-summary")).strip()
        for option in str(parameter["name"]).split():
            texts[option] = summary
    return texts


def parameters() -> list[str]:
    """Names of the options of `az aks create`."""
    from azure.cli.command_modules.acs.custom import aks_create

    return [name for name in inspect.signature(aks_create).parameters if name not in _NOT_OPTIONS]


def switched_on() -> list[str]:
    """Names of the options of `az aks create` that are on unless they are typed: that they are says nothing."""
    from azure.cli.command_modules.acs.custom import aks_create

    return [name for name, each in inspect.signature(aks_create).parameters.items() if each.default is True]


def role_names(asked: Settings) -> list[str]:
    """Names of the roles that can be assigned, as azure-cli completes them; none without a login.

    asked: what argcomplete asks with
    """
    from azure.cli.command_modules.role._completers import get_role_definition_name_completion_list

    try:
        return [*get_role_definition_name_completion_list(**asked)]
    except Exception:  # noqa: BLE001  pylint: disable=broad-exception-caught  # whoever presses Tab is told nothing
        return []


def updatable() -> frozenset[str]:
    """Names of the options of `az aks update`."""
    from azure.cli.command_modules.acs.custom import aks_update

    return frozenset(inspect.signature(aks_update).parameters) - {*_NOT_OPTIONS}


class AksCreate:
    """`az aks create`'s own code, for one run. azure-cli's context stays in here.

    spins: whether azure-cli's spinner may turn while a cluster comes up
    """

    def __init__(self, cmd: Any, client: ArmClient, *, spins: bool = False):
        self._cmd = cmd
        self._client = client
        self._spins = spins

    def __call__(self, sender: object, options: Settings) -> Any:
        """Run the code with these options, by parameter name; sender: the client that it sends the cluster with."""
        from azure.cli.command_modules.acs.custom import aks_create

        return aks_create(self._cmd, sender, **options)

    @staticmethod
    def generated_key(options: Settings) -> Settings:
        """Write a key pair if one is to be generated, as the validator of `az aks create` does; its option then.

        Raises Refused where it cannot be written.
        """
        if not key_is_to_be_generated(options):
            return {}
        refuse_a_broken_private_key(options)
        from azure.cli.command_modules.acs._validators import validate_ssh_key

        namespace = SimpleNamespace(**options)
        try:
            validate_ssh_key(namespace)
        except OSError as error:
            advice = "use --ssh-key-value FILE, or --no-ssh-key"
            raise Refused(f"--generate-ssh-keys: the key pair cannot be written: {error}", advice) from error
        return {_WRITES_KEYS: getattr(namespace, _WRITES_KEYS)}

    def clusters(self) -> Any:
        """The client that `az aks create` itself would be given, with our own retry policy."""
        from azure.cli.core.commands.client_factory import get_mgmt_service_client
        from azure.cli.core.profiles import ResourceType

        kind, retry = ResourceType.MGMT_CONTAINERSERVICE, VisibleRetry(self._client.retry_policy)
        return get_mgmt_service_client(self._cmd.cli_ctx, kind, retry_policy=retry).managed_clusters

    def finished(self, sent: Any) -> Any:
        """What comes of a sent cluster: code of addons has waited for it already, all other leaves that to us."""
        from azure.cli.core.commands import LongRunningOperation

        if not hasattr(sent, "result"):
            return sent
        return LongRunningOperation(self._cmd.cli_ctx)(sent) if self._spins else sent.result()

    @property
    def graph(self) -> str:
        """The address of Microsoft Graph in the cloud that is logged in to."""
        return str(self._cmd.cli_ctx.cloud.endpoints.microsoft_graph_resource_id).rstrip("/")
