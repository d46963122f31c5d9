"""Whether azure-cli is logged in, and to which subscription. It is asked for what needs it, and not before."""

from typing import Any


def subscription_of(cli_ctx: Any, *, required: bool = False) -> str:
    """The subscription that the command works in; "" without a login, or azure-cli's own error if one is required."""
    from azure.cli.core._profile import Profile
    from azure.cli.core.commands.client_factory import get_subscription_id

    if not required and not Profile(cli_ctx=cli_ctx).load_cached_subscriptions():
        return ""
    return str(get_subscription_id(cli_ctx))
