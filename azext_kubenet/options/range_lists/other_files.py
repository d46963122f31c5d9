"""Files that are no lists of ranges: pages, errors of those that were asked for a list, commands of routers, prose.

Each is told as one thing with what to do about it; word by word it would be hundreds of faults. None of them is read:
a page has headings and menus, and a routing table has summaries that are no networks.
"""

import html
import json
import re

from azext_kubenet.addressing.cidr import NotANetwork
from azext_kubenet.addressing.free_space import merged
from azext_kubenet.options.range_lists.listing import clean_name
from azext_kubenet.options.range_lists.lost import Used, missing_of
from azext_kubenet.options.range_lists.words import as_written_usually

#: What `_EXTRACT` finds: a CIDR, or an address with its netmask behind it.
_EXTRACTED = r"([0-9]{1,3}\.){3}[0-9]{1,3}([/ ] *255(\.[0-9]{1,3}){3}|/[0-9]{1,2})"
_HOLDS = re.compile(_EXTRACTED, re.ASCII)
#: Under a title of addresses, that of a router with its length counts as its network.
_EXTRACT = f"(echo address; grep -oE '{_EXTRACTED}' FILE) > ranges.csv"
#: Those of a routing table without summaries of what it has.
_EXTRACT_ROUTES = f"(echo address; grep -v subnetted FILE | grep -oE '{_EXTRACTED}') > ranges.csv"
#: A line of a route whose address has no length, behind the signs of its kind; macOS leaves octets out, and Linux has
#: the gateway before the netmask.
_BARE_ROUTE = re.compile(
    r"\s*(?:(?!\*?via)[A-Za-z*>][\w*>%+]{0,2}(?: +[A-Z][A-Z0-9])?\s+)?(?!0\.0\.0\.0)"
    r"([0-9]{1,3}(?:\.[0-9]{1,3}){1,3}(?:/[0-9]{1,2})?)\s+\S",
    re.ASCII,
)
_GATEWAY_FIRST = re.compile(r"\s*(?!0\.0\.0\.0)([0-9.]+)\s+(?!255\.)[0-9]+(?:\.[0-9]+){3}\s+255\.", re.ASCII)
_BY_HAND = "use a list of ranges, one a line, or CSV with a column prefix or cidr"
#: What is looked at of a text, in characters, so that this ends soon.
_LOOKED_AT = 100_000
#: What is shown of the words of an error, in characters.
_WORDS_SHOWN = 200
#: A tag inside of a word, such as for bold letters.
_TAG = re.compile(r"</?(?:b|i|em|strong|span|wbr|code|a|font|u)\b[^<>]{0,200}>", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<(?:[!?]|/?[A-Za-z][\w:.-]*(?:\s[^<>]*)?/?>)|MIME-Version:", re.ASCII)
_HTML = re.compile(
    r"\s*(?:<!doctype\s+html|<(?:html|head|body|div|table|tr|td|p|ul|span|a)\b|MIME-Version:)", re.IGNORECASE
)
#: How errors of command lines begin, of az, AWS and Google Cloud: code and words.
_ERRORS = (
    re.compile(r"(?m)^Code: *(?P<code>\w+)\s*\nMessage: *(?P<words>.+)"),
    re.compile(r"(?m)^(?:ERROR: *)?\((?P<code>[\w.-]+)\) *(?P<words>\S.*)"),
    re.compile(r"(?m)^An error occurred \((?P<code>\w+)\) (?P<words>.+)"),
    re.compile(r"(?m)^(?P<code>)(?:ERROR|error|fatal|az|aws|gcloud|kubectl): *(?P<words>\S.*)"),
    re.compile(r"(?m)^(?P<code>)(?P<words>Traceback \(most recent call last\):|bash: .*command not found)"),
)
#: What other texts are, by what a line of them looks like: the first that fits.
_KINDS = (
    ("a routing table", re.compile(
        r"(?m)^Codes: |^Routing tables\s*$|^Destination +Gateway +"
        r"|^Kernel IP routing table|^IPv4 Route Table|is directly connected|^default via [0-9]"
        r"|^[0-9./]+ (?:via [0-9.]+ )?dev \w|^ *[*>][* >i]*[0-9.]+/[0-9]+ +[0-9.]+ ")),
    ("an inventory of Ansible", re.compile(r"(?m)\bansible_host\s*[=:]|^\[[\w-]+:(?:vars|children)\]")),
    ("a hosts file", re.compile(r"(?m)^(?:127\.0\.0\.1|::1)[ \t]+\S*localhost")),
    ("commands of a router or a firewall", re.compile(
        r"(?m)^\s*(?:set (?:interfaces|routing-options|policy-options|system|address|subnet|network|security)\b"
        r"|config (?:firewall|system|router)\b|interface [A-Z]|ip (?:route|address|prefix-list|access-list) "
        r"|access-list |object(?:-group)? network |router (?:bgp|ospf|eigrp)|/ip (?:address|route))")),
)  # fmt: skip


def markup(text: str) -> NotANetwork | None:
    """Return what is wrong with a page or a document of XML, None for another text."""
    if not _MARKUP.match(text):
        return None
    if _HTML.match(text) or re.search(r"(?i)<html\b", text[:_LOOKED_AT]):
        return NotANetwork(
            "malformed-list", "the file is an HTML page, not a list", _advice(text, "save the table as CSV")
        )
    root = re.search(r"<([A-Za-z][\w:.-]*)", text[:_LOOKED_AT])
    what = f" ({clean_name(root.group(1))})" if root else ""
    scopes = "export the scopes as CSV: Get-DhcpServerv4Scope | Export-Csv -NoTypeInformation scopes.csv"
    dhcp = root is not None and root.group(1) == "DHCPServer"
    advice = scopes if dhcp else _advice(text, "export it as CSV or JSON")
    return NotANetwork("malformed-list", f"the file is XML{what}, not a list", advice)


def error_in(text: str) -> NotANetwork | None:
    """Return what is wrong with an error in place of a list, None for another text."""
    code, words = _of_json(text) or _of_a_command(text[:_LOOKED_AT])
    if not code and not words:
        return None
    shown = " ".join("".join(each for each in words if each.isprintable() or each.isspace()).split())
    shown = shown if len(shown) <= _WORDS_SHOWN else f"{shown[:_WORDS_SHOWN]}..."
    said = f"({clean_name(code)}) {shown}" if code else shown
    advice = "correct that error, and run the command that wrote the file again"
    return NotANetwork("list-without-ranges", f"the file holds an error message, not a list: {said.strip()}", advice)


def kind_of(text: str) -> tuple[str, str]:
    """Return what a text is that is no list, and what to do about it."""
    for what, looks in _KINDS:
        if looks.search(text[:_LOOKED_AT]):
            if what == "a routing table":
                bare = _bare_routes(text)
                return what, f"{_BY_HAND}, with {bare}" if bare else _advice(text, _BY_HAND, _EXTRACT_ROUTES)
            return what, _advice(text, _BY_HAND)
    return "", _advice(text, _BY_HAND)


def _bare_routes(text: str) -> str:
    """Return words on routes that no command finds, as their addresses have no length behind them; "" for none."""
    lines = text[:_LOOKED_AT].split("\n")
    routes = [
        found[1] for line in lines
        if (found := _GATEWAY_FIRST.match(line) or (not _HOLDS.search(line) and _BARE_ROUTE.match(line)))
    ]  # fmt: skip
    if not routes:
        return ""
    are = "1 of the file is" if len(routes) == 1 else f"{len(routes):,} of the file are"
    return f"each route as ADDRESS/LENGTH; {are} not, such as {routes[0]}"


def _advice(text: str, otherwise: str, command: str = _EXTRACT) -> str:
    if not _HOLDS.search(text) or _is_partial(text):
        return otherwise
    return f"{otherwise}; or extract the ranges with {command}, and use @ranges.csv"


def _is_partial(text: str) -> bool:
    """Return whether a text shows ranges that the command does not find, such as with HTML's codes of its signs."""
    found = missing_of("\n".join(each[0] for each in _HOLDS.finditer(text)), Used((), ()))
    space = merged((each.first, each.last) for each in found)
    shown = as_written_usually(html.unescape(_TAG.sub("", text)))
    return next(missing_of(shown, Used(space, space)), None) is not None


def _of_json(text: str) -> tuple[str, str] | None:
    """Return code and words of an error as services answer it in JSON, None for another text."""
    if text.lstrip()[:1] != "{" or len(text) > _LOOKED_AT:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or any(isinstance(each, list) and each for each in value.values()):
        return None
    keys = {key.lower(): each for key, each in value.items()}
    inner = keys.get("error", keys.get("odata.error", keys.get("fault")))
    if isinstance(inner, dict):
        keys = {key.lower(): each for key, each in inner.items()}
    elif isinstance(inner, str):  # OAuth: the code, and its description beside it
        return inner, _said(keys.get("error_description", keys.get("message", "")))
    elif any(isinstance(each, dict) and each for each in value.values()):
        return None
    words = _said(keys.get("message", keys.get("detail", "")))
    code = keys.get("code", keys.get("status", keys.get("__type", "")))
    return (str(code), words) if words or inner else None


def _said(value: object) -> str:
    """Return the words of an error; some services have their language beside them."""
    return str(value.get("value", "")) if isinstance(value, dict) else str(value or "")


def _of_a_command(text: str) -> tuple[str, str]:
    for error in _ERRORS:
        found = error.search(text)
        if found:
            return found["code"], found["words"]
    return "", ""
