"""Tags: what Azure accepts of them, known without asking anyone. Pure.

Source: "Use tags to organize your Azure resources and management hierarchy", Limitations.
https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources
"""

from collections.abc import Iterator

from azext_kubenet.addressing.cidr import quoted
from azext_kubenet.addressing.findings import Finding, Severity, advise

_RULE = "tag-not-allowed"
#: Characters that no tag's name has. [J22]
_FORBIDDEN = "<>%&\\?/"
#: In characters, and tags of one resource.
_LONGEST_NAME, _LONGEST_VALUE, _MOST = 512, 256, 50
#: How much of a long name is worth showing.
_SHOWN = 40


def tag_findings(option: str, tags: object) -> Iterator[Finding]:
    """Find the tags that Azure would refuse. tags: as azure-cli has read them, a dict; of anything else, none."""
    named = tags if isinstance(tags, dict) else {}
    if len(named) > _MOST:
        yield _finding(option, f"{option}: {len(named)} tags are given, and Azure accepts {_MOST}", "use fewer tags")
    for name, value in named.items():
        text, shown = str(name), quoted(str(name)[:_SHOWN])
        has = "".join(each for each in _FORBIDDEN if each in text)
        if has:
            message = f"{option}: the name of tag {shown} has {' '.join(has)}, and Azure accepts none of {_FORBIDDEN}"
            yield _finding(option, message, "use a name without those")
        if len(text) > _LONGEST_NAME:
            message = f"{option}: the name of tag {shown} has {len(text)} characters, and Azure accepts {_LONGEST_NAME}"
            yield _finding(option, message, "use a shorter name")
        if len(str(value)) > _LONGEST_VALUE:
            length = len(str(value))
            message = f"{option}: the value of tag {shown} has {length} characters, and Azure accepts {_LONGEST_VALUE}"
            yield _finding(option, message, "use a shorter value")


def _finding(option: str, message: str, advice: str) -> Finding:
    return Finding(_RULE, Severity.ERROR, (option,), message, advise(advice))
