"""The commands that create a cluster on Azure CNI Overlay from a plan: `az aks create`, and what it needs before. Pure.

What exists is not written: `az network vnet create` of a network that exists would replace its subnets, and
`az group create` a group's tags. A cluster that exists may be somebody else's: its pools are left alone, too.
Each line is safe by itself: it creates only where a list that was read does not have the name, for a read that failed
proves no absence, and the cluster only in a subnet that has the planned prefix, whatever the lines before came to.
"""

import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from azext_kubenet.addressing.model import ClusterSize, Pool
from azext_kubenet.addressing.network_plugins import OVERLAY
from azext_kubenet.azure.resources import plain_region
from azext_kubenet.options.create_options import CreateOptions

#: Options of `az aks create` whose values the plan has.
_PLANNED = (
    "--network-plugin", "--network-plugin-mode", "--pod-cidr", "--pod-cidrs", "--service-cidr", "--service-cidrs",
    "--dns-service-ip", "--docker-bridge-address", "--vnet-subnet-id", "--node-count", "-c", "--max-pods", "-m",
    "--max-count", "--nodepool-name", "--resource-group", "-g", "--name", "-n", "--subscription",
)  # fmt: skip
#: What is said in the options whose values are secrets: each is a variable of the shell instead.
_SECRET = re.compile(r"--([a-z-]*(?:secret|password)[a-z-]*)")
#: The IPv4 prefixes of a subnet, as azure-cli is asked for them.
_PREFIXES = "join(',', not_null(addressPrefixes, [addressPrefix])[?contains(@, '.')])"
#: The id of the subnet, once a line has read it behind its prefixes.
_SUBNET_ID = '"${has#* }"'
#: The first node pool of az aks create.
_POOL = "nodepool1"


@dataclass(frozen=True)
class Passed:
    """What was typed after `az kubenet create` for `az aks create` alone, as words for a shell, and as names."""

    words: tuple[str, ...]
    options: frozenset[str]


def passed_on(typed: Sequence[str], known: Collection[str]) -> Passed:
    """The options of `az aks create` among words that were typed, but for those that a plan says.

    known: the spellings of its options. A secret is no word of what is printed: a variable of the shell stands for it.
    """
    words: list[str] = []
    options: set[str] = set()
    for option, values in _options(typed):
        spelled = _whole(option, known)
        if spelled is None or spelled in _PLANNED:
            continue
        options.add(spelled)
        secret = _SECRET.fullmatch(spelled)
        shown = [f'"${secret[1].replace("-", "_").upper()}"'] if secret else [shlex.quote(each) for each in values]
        words += [spelled, *shown]
    return Passed(tuple(words), frozenset(options))


def _options(typed: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Each option with its values."""
    option, values = "", list[str]()
    for word in typed:
        if re.match(r"--?[a-zA-Z]", word):
            if option:
                yield option, values
            option, _, value = word.partition("=")
            values = [value] if value else []
        elif option:
            values.append(word)
    if option:
        yield option, values


def _whole(option: str, known: Collection[str]) -> str | None:
    """An option that may be typed as the beginning of one, in full; None for one that is not known."""
    if option in known:
        return option
    found = [each for each in known if option.startswith("--") and each.startswith(option)]
    return found[0] if len(found) == 1 else None


def commands(options: CreateOptions, passed: Passed, subscription: str) -> list[str]:
    """The commands, in the order in which they are typed. subscription: as typed, "" for the default one."""
    writer = _Writer(options, passed, subscription)
    return [*writer.before(), writer.cluster()]


class _Writer:
    """Writes the commands of one cluster."""

    def __init__(self, options: CreateOptions, passed: Passed, subscription: str):
        self._options, self._passed, self._names = options, passed, options.names
        self._there = ("--subscription", subscription) if subscription else ()
        planned = options.plan.subscription
        self._network = ("--subscription", planned) if planned else self._there

    @property
    def _size(self) -> ClusterSize:
        return self._options.ranges.size

    def before(self) -> Iterator[str]:
        """What creates group, network and subnet, unless they exist."""
        names, requests = self._names, self._options.ranges.requests
        location = self._options.aks.location
        if location:
            group = shlex.join(("-n", names.group, *self._there))
            made = f"az group create {group} -l {shlex.quote(location)} -o none"
            yield f'exists={_read(f"az group exists {group} -o json")} && if [ "$exists" = false ]; then {made}; fi'
        if self._options.subnet_by_id:
            return
        if not self._options.plan.subscription:
            yield self._network_line(str(requests.vnet).split())
        place = shlex.join(("-g", names.vnet_group, "--vnet-name", names.vnet, *self._network))
        which = f"{place} {shlex.join(('-n', names.subnet))}"
        prefix = str(requests.subnet)
        what = f"subnet {names.subnet} of network {names.vnet}"
        show = f'az network vnet subnet show {which} --query "{_PREFIXES}" -o tsv'
        there = f'has={_read(show)} && if [ "$has" != {prefix} ]; then {_other(what, "$has", prefix)}; false; fi'
        made = f"az network vnet subnet create {which} --address-prefixes {prefix} -o none"
        yield _unless(f"az network vnet subnet list {place}", names.subnet, there, made)

    def _network_line(self, prefixes: Sequence[str]) -> str:
        """What creates the network; of one that exists is said what it has: Azure refuses a subnet outside of it."""
        names, location = self._names, self._options.aks.location
        place, planned = shlex.join(("-g", names.vnet_group, *self._network)), " ".join(prefixes)
        which = f"{place} {shlex.join(('-n', names.vnet))}"
        asked = "join(' ', [location, addressSpace.addressPrefixes][])"
        show = f'az network vnet show {which} --query "{asked}" -o tsv'
        told = _other(f"network {names.vnet}", "${has#* }", planned)
        elsewhere = self._elsewhere(location) if location else ""
        there = f'has={_read(show)} && {elsewhere}if [ "${{has#* }}" != {shlex.quote(planned)} ]; then {told}; fi'
        region = f" -l {shlex.quote(location)}" if location else ""
        made = f"az network vnet create {which}{region} --address-prefixes {planned} -o none"
        return _unless(f"az network vnet list {place}", names.vnet, there, made)

    def _elsewhere(self, location: str) -> str:
        """What ends the line of a network in another region than the cluster, whose region is the first word read."""
        region, network = plain_region(location), f"virtual network {self._names.vnet}"
        end = shlex.quote(f"and the cluster would be in {region} [network-location]")
        told = f'echo {shlex.quote(f"{network} is in")} "${{has%% *}}", {end} >&2'
        return f'if [ "${{has%% *}}" != {shlex.quote(region)} ]; then {told}; false; el'

    def cluster(self) -> str:
        """What creates the cluster with all of its pools, unless it exists: no later look could tell."""
        names, prefix = self._names, str(self._options.ranges.requests.subnet)
        made = " && ".join([self._create(), *self._after()])
        show = f"""az network vnet subnet show {self._subnet()} --query "join(' ', [{_PREFIXES}, id])" -o tsv"""
        other = _other(f"subnet {names.subnet} of network {names.vnet}", "${has% *}", prefix)
        made = f'has={_read(show)} && if [ "${{has% *}}" = {prefix} ]; then {made}; else {other}; false; fi'
        left = (
            f"cluster {names.cluster} exists in resource group {names.group}: it is left as it is, with its node pools"
        )
        clusters = f"az aks list {shlex.join(('-g', names.group, *self._there))}"
        return _unless(clusters, names.cluster, f"echo {shlex.quote(left)} >&2", made)

    def _create(self) -> str:
        """The command that creates the cluster, with all that was typed for it."""
        names, requests, size = self._names, self._options.ranges.requests, self._size
        first = size.pools[0] if size.pools else None
        ranges = ("--pod-cidr", str(requests.pods), "--service-cidr", str(requests.services))
        dns = ("--dns-service-ip", str(requests.dns_ip)) if requests.dns_ip is not None else ()
        pool = ("--nodepool-name", first.name) if first else self._typed_pool()
        count = ("--node-count", str(size.first_pool_nodes), "--max-pods", str(size.max_pods))
        most = first.max_count if first else size.nodes
        words = (*OVERLAY.arguments.split(), *ranges, *dns, *pool, *count, *self._scaled(size.first_pool_nodes, most))
        head = f"az aks create {shlex.join(('-g', names.group, '-n', names.cluster, *self._there))}"
        return " ".join([head, shlex.join(words), "--vnet-subnet-id", _SUBNET_ID, *self._passed.words])

    def _typed_pool(self) -> tuple[str, ...]:
        name = self._options.aks.text("nodepool_name")
        return ("--nodepool-name", name) if name else ()

    def _scaled(self, count: int, most: int) -> tuple[str, ...]:
        """The autoscaler up to what the plan was made for. [K6]"""
        if most <= count:
            return ()
        least = () if "--min-count" in self._passed.options else ("--min-count", str(count))
        switch = () if "--enable-cluster-autoscaler" in self._passed.options else ("--enable-cluster-autoscaler",)
        return (*switch, *least, "--max-count", str(most))

    def _subnet(self) -> str:
        """The words that name the subnet: by the id that the plan has, or by its names."""
        names = self._names
        if self._options.subnet_by_id or self._options.plan.subscription:
            within = names.within(names.network_subscription or self._options.plan.subscription)
            return shlex.join(("--ids", within.subnet_id))
        place = ("-g", names.vnet_group, "--vnet-name", names.vnet, "-n", names.subnet, *self._network)
        return shlex.join(place)

    def _after(self) -> Iterator[str]:
        """What `az aks create` has no option for: the surge of its pool, and further pools."""
        names, size = self._names, self._size
        first = size.pools[0] if size.pools else Pool(self._typed_pool_name(), 1, 1, size.max_surge)
        place = ("-g", names.group, "--cluster-name", names.cluster, *self._there)
        surge = first.max_surge
        if surge.value and surge != ClusterSize().max_surge and "--max-surge" not in self._passed.options:
            words = (*place, "-n", first.name, "--max-surge", str(surge))
            yield f"az aks nodepool update {shlex.join(words)}"
        for pool in size.pools[1:]:
            words = (*place, "-n", pool.name, "--node-count", str(pool.count), "--max-pods", str(size.max_pods))
            words = (*words, *_scaling(pool), *_surge(pool))
            yield f"az aks nodepool add {shlex.join(words)} --vnet-subnet-id {_SUBNET_ID}"

    def _typed_pool_name(self) -> str:
        return self._options.aks.text("nodepool_name") or _POOL


def _read(command: str) -> str:
    """What a command of az prints, which ends lines with CR LF on Windows; the exit code is that of az."""
    return rf"$(set -o pipefail; {command} | tr -d '\r')"


def _unless(listing: str, name: str, there: str, absent: str) -> str:
    """A command that does one thing where a list has a name, whose case Azure ignores, and another where it has not."""
    found = f'grep -Fixq -- {shlex.quote(name)} <<<"$names"'
    names = _read(f'{listing} --query "[].name" -o tsv')
    return f"names={names} && if {found}; then {there}; else {absent}; fi"


def _other(what: str, has: str, planned: str) -> str:
    """A command that says what exists with other prefixes. has: the variable of a shell that has them."""
    end = shlex.quote(f"not {planned}: what exists is not changed [existing-resource-differs]")
    return f'echo {shlex.quote(f"{what} exists with")} "{has}", {end} >&2'


def _scaling(pool: Pool) -> tuple[str, ...]:
    """The autoscaler of a pool, if it may have more nodes than it begins with."""
    if pool.max_count <= pool.count:
        return ()
    return ("--enable-cluster-autoscaler", "--min-count", str(pool.count), "--max-count", str(pool.max_count))


def _surge(pool: Pool) -> tuple[str, ...]:
    """The surge of a user pool; without surge nodes an upgrade removes nodes first [E6]."""
    unavailable = () if pool.max_surge.value else ("--max-unavailable", "1")
    return ("--max-surge", str(pool.max_surge), *unavailable)
