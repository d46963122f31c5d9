"""Resource ids: what they name, what they are in, and whether two name the same resource. Pure."""

import re
import shlex
from dataclasses import dataclass

NETWORK = "Microsoft.Network/virtualNetworks"
SUBNET = f"{NETWORK}/subnets"
TABLE = "Microsoft.Network/routeTables"
GATEWAY = "Microsoft.Network/virtualNetworkGateways"
#: Of a virtual WAN, and the form in which Azure shows an Azure Route Server.
VIRTUAL_HUB = "Microsoft.Network/virtualHubs"

_SUBSCRIPTIONS, _GROUPS, _PROVIDERS = "subscriptions", "resourcegroups", "providers"
_SEGMENT = re.compile(r"[^/?#\s]+")


@dataclass(frozen=True, eq=False, slots=True)
class ResourceId:
    """The id of a resource, or of a scope such as a resource group; an empty one names nothing.

    Azure answers with other capitals than it was sent, so two ids are equal regardless of capitals, and of slashes at
    either end. Text of any other form is an id too, without kind, as whatever Azure answers must be compared.

    text: as it came, which is how it is sent and shown
    """

    text: str = ""

    @classmethod
    def parse(cls, text: str, kind: str) -> "ResourceId":
        """Return the id of a resource of a kind in a resource group.

        Raises:
            ValueError: it is another id, or none.
        """
        found = cls(text)
        if not found.is_a(kind):
            provider, *types = kind.split("/")
            form = "/".join(f"{each}/NAME" for each in types)
            raise ValueError(
                f"{text} is not the id of a {types[-1].removesuffix('s')}: expected "
                f"/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/{provider}/{form}"
            )
        return found

    @classmethod
    def of_group(cls, subscription: str, group: str) -> "ResourceId":
        """Return the id of a resource group by its subscription and its name; an empty one if either is missing."""
        return cls(f"/subscriptions/{subscription}/resourceGroups/{group}" if subscription and group else "")

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)

    def __eq__(self, other: object) -> bool:
        return self.canonical == other.canonical if isinstance(other, ResourceId) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.canonical)

    @property
    def canonical(self) -> str:
        """One text for all ids that are equal."""
        return self.text.strip("/").lower()

    @property
    def _segments(self) -> list[str]:
        return self.text.strip("/").split("/")

    @property
    def name(self) -> str:
        """The name at its end."""
        return self._segments[-1]

    @property
    def place(self) -> str:
        """The options that name it in a command: its resource group, and its name."""
        return f"-g {shlex.quote(self.group)} -n {shlex.quote(self.name)}"

    @property
    def subscription(self) -> str:
        """The subscription, "" without one."""
        return self._named(0, _SUBSCRIPTIONS)

    @property
    def group(self) -> str:
        """The name of the resource group, "" without one."""
        return self._named(2, _GROUPS)

    def _named(self, place: int, word: str) -> str:
        segments = self._segments
        return segments[place + 1] if len(segments) > place + 1 and segments[place].lower() == word else ""

    @property
    def subscription_id(self) -> "ResourceId":
        """The subscription as a scope; empty without one."""
        return self._up_to(2 if self.subscription else 0)

    @property
    def group_id(self) -> "ResourceId":
        """The resource group as a scope; empty without one."""
        return self._up_to(4 if self.subscription and self.group else 0)

    @property
    def parent(self) -> "ResourceId":
        """What it is directly in: of a subnet its network, of a network its group, of a role assignment its scope."""
        segments = self._segments
        typed = len(segments) >= 4 and segments[-4].lower() == _PROVIDERS
        return self._up_to(max(0, len(segments) - (4 if typed else 2)))

    def _up_to(self, count: int) -> "ResourceId":
        return ResourceId("/" + "/".join(self._segments[:count])) if count else ResourceId()

    @property
    def kind(self) -> str:
        """The kind of the resource, such as Microsoft.Network/virtualNetworks/subnets.

        It is "" for a scope that is no resource, and for text that Azure would not take as an id.
        """
        segments = self._segments
        begins = segments[0].lower() in (_SUBSCRIPTIONS, _PROVIDERS)
        if not begins or len(segments) % 2 or not all(map(_SEGMENT.fullmatch, segments)):
            return ""
        words: list[str] = []
        for word, name in zip(segments[::2], segments[1::2], strict=True):
            if word.lower() == _PROVIDERS:
                words = [name]
            elif words:
                words.append(word)
        return "/".join(words) if len(words) > 1 else ""

    def is_a(self, kind: str) -> bool:
        """Return whether it is a resource of a kind, in a resource group."""
        return bool(self.group) and self.kind.lower() == kind.lower()

    def contains(self, other: "ResourceId") -> bool:
        """Return whether it is the other, or a scope that the other is in. "/" contains everything."""
        if not self.canonical:
            return bool(self)
        return f"{other.canonical}/".startswith(f"{self.canonical}/")
