"""How a command prints its answer and ends with a code that is not 0."""

from typing import Any

from knack.events import EVENT_CLI_SUCCESSFUL_EXECUTE


def fail_after_output(cli_ctx: Any) -> None:
    """Have azure-cli print the answer of this command in whichever format, and then exit with 1.

    azure-cli prints what a command returns and ends with 0, or raises and prints nothing; this event is raised once the
    answer is printed.
    """

    def leave(*_: object, **__: object) -> None:
        raise SystemExit(1)

    cli_ctx.register_event(EVENT_CLI_SUCCESSFUL_EXECUTE, leave)
