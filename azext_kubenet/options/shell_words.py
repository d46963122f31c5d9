"""Values as people's shells deliver them: with a carriage return, in quotes, or with a path put before an id."""

import argparse
import re

#: What a file or a variable leaves around a value: tsv that is read under Windows ends in a carriage return.
_AROUND = "\r\n\ufeff"
#: Of an id also blanks, and quotes, which cmd hands on.
_AROUND_ID = _AROUND + " \t\"'"
_ID = re.compile(r"/*subscriptions/[^/\s]+(/.*)?", re.IGNORECASE | re.DOTALL)
#: An id behind a path: Git Bash takes what begins with a slash for a file of its own. MicrosoftDocs/azure-docs#94980
_BEHIND_A_PATH = re.compile(r"(?P<path>(?!.*://).+?)[/\\]subscriptions[/\\][0-9a-f-]{36}([/\\].*)?", re.IGNORECASE)


def read_number(text: str) -> int | str:
    """A whole number; what is none stays as it was typed, to become a finding beside all others."""
    try:
        return int(text)
    except ValueError:
        return text


def read_word(text: str) -> str:
    """A name, without the end of a line."""
    word = text.strip(_AROUND)
    return text if word == text else word


def read_region(text: str) -> str:
    """The name of a region; of one with blanks, such as `West Europe`, what azure-cli makes of it, without a login."""
    word = read_word(text)
    return word.replace(" ", "").lower() if " " in word.strip() else word


def read_id(text: str) -> str:
    """An id without what is around it, and with one slash at its beginning; any other text as it is.

    Raises ArgumentTypeError, of which azure-cli makes wrong usage, for an id that a shell has put a path before.
    """
    word = text.strip(_AROUND_ID)
    if _ID.fullmatch(word):
        found = "/" + word.strip("/")
        return text if found == text else found  # the same object: azure-cli knows a default by it
    mangled = _BEHIND_A_PATH.fullmatch(word)
    if mangled:
        raise argparse.ArgumentTypeError(
            f"{word} is an id with a path before it: your shell put {mangled['path']} there\n"
            "run this in the shell first, then run the command again: export MSYS_NO_PATHCONV=1"
        )
    return read_word(text)


def read_resource_id(text: str) -> str:
    """The id of a resource, and nothing else but an empty text. Raises ArgumentTypeError."""
    from azext_kubenet.azure.resource_id import ResourceId  # a plan that asks nobody has no use for it

    found = read_id(text)
    if found.strip() and not ResourceId(found).kind:
        raise argparse.ArgumentTypeError(
            f"{found} is not a resource id: expected "
            "/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/PROVIDER/TYPE/NAME"
        )
    return found
