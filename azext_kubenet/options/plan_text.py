"""The text that --plan was given: a plan as JSON, or what it is instead, and how it becomes one."""

import json
import os
import re
import shlex

from azext_kubenet.azure.bodies import Json

#: What is done about a text that is no plan.
USE_A_PLAN = "use the output of az kubenet plan: az kubenet plan -o json > plan.json, then --plan @plan.json"
_AS_JSON = "write it as JSON: add -o json to az kubenet plan"
#: The line below the titles of a table.
_RULED = re.compile(r"^-{3,}(  -{3,})+\s*$", re.MULTILINE)
#: A key at the beginning of a line, as in YAML, of a plan.
_YAML = re.compile(r"^(podCidr|subnetPrefix|networkPlugin): ", re.MULTILINE)
#: Ranges with tabulators around.
_TSV = re.compile(r"\t\d+\.\d+\.\d+\.\d+/\d+\t")
#: A longer text is none that names a file.
_LONGEST_PATH = 4096


class NotAPlan(ValueError):
    """The text is no JSON object. advice: what to do about it"""

    def __init__(self, message: str, advice: str = USE_A_PLAN):
        super().__init__(message)
        self.advice = advice


def plan_document(text: str) -> Json:
    """The object that a text holds. Raises NotAPlan."""
    if not text.strip():
        raise NotAPlan(
            "the plan is empty: the piped command or file produced no output",
            "see what az kubenet plan says on standard error: a plan that is refused is not written; "
            f"> to the same file empties it before it is read: write to another file; or {USE_A_PLAN}",
        )
    if text.startswith("@"):
        raise _no_file(text[1:].strip())
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _instead(text, error) from error
    if not isinstance(document, dict):
        raise NotAPlan("the plan is JSON, but not an object")
    return document


def _no_file(path: str) -> NotAPlan:
    """Why azure-cli has read no file in the place of a name with @."""
    if not path:
        return NotAPlan("@ stands before the name of a file, and there is none")
    if os.path.isdir(path):
        inside = shlex.quote("@" + os.path.join(path, "plan.json"))
        return NotAPlan(f"{path} is a folder, and not a plan", f"use a file in it, such as --plan {inside}")
    return NotAPlan(f"there is no file {path} to read the plan from")


def _instead(text: str, error: Exception) -> NotAPlan:
    """What the text is, as far as it can be told."""
    for form, shown in (("a table", _RULED), ("YAML", _YAML), ("tab-separated text", _TSV)):
        if shown.search(text):
            message = f"the plan is {form}, as -o and the setting core.output of azure-cli have it, and not JSON"
            return NotAPlan(message, _AS_JSON)
    path = text.strip()
    if path == "-":
        return NotAPlan("- is not a plan", "use --plan @- for a plan that comes through a pipe")
    if len(path) < _LONGEST_PATH and path.isprintable() and os.path.isfile(path):
        return NotAPlan(f"{path} is a file's name, and not a plan", f"use --plan {shlex.quote('@' + path)}")
    if path.isprintable() and re.fullmatch(r"[^\s{}\[\]\"]+", path):
        what = "is not a plan, nor the name of a file; where it came by @FILE, that is all the file holds"
        return NotAPlan(f"{path[:60]} {what}", USE_A_PLAN)
    where = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
    return NotAPlan(f"the plan is not JSON ({where})")
