"""Whether azure-cli is logged in, and to which subscription. It is asked for what needs it, and not before."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from azure.cli.core.azclierror import AzCLIError

from azext_kubenet.output.printed_commands import in_subscription


def subscription_of(cli_ctx: Any, *, required: bool = False) -> str:
    """The subscription that the command works in; "" without a login, or azure-cli's own error if one is required."""
    from azure.cli.core._profile import Profile
    from azure.cli.core.commands.client_factory import get_subscription_id

    if not required and not Profile(cli_ctx=cli_ctx).load_cached_subscriptions():
        return ""
    return str(get_subscription_id(cli_ctx))


def typed_subscription(cli_ctx: Any) -> str:
    """What --subscription was typed with, as an id; "" without it."""
    return str(cli_ctx.data.get("subscription_id") or "")


@contextmanager
def commands_in_subscription(cli_ctx: Any) -> Iterator[None]:
    """Have the commands in what is raised name the subscription, if it was typed."""
    subscription = typed_subscription(cli_ctx)  # once azure-cli is asked for the default one, it keeps that there too
    try:
        yield
    except AzCLIError as error:
        error.error_msg = in_subscription(str(error.error_msg), subscription)
        error.recommendations = [in_subscription(str(each), subscription) for each in error.recommendations or ()]
        raise
