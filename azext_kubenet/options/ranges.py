"""From the text of options to a size, requests and reservations; what cannot be read becomes a finding, all at once."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple, TypeVar

from netaddr import IPNetwork

from azext_kubenet.addressing import cidr
from azext_kubenet.addressing.findings import Finding, Fix, Severity, advise, use
from azext_kubenet.addressing.model import (
    UNSPECIFIED,
    ClusterSize,
    MaxSurge,
    RangeRequest,
    RangeRequests,
    Reservation,
    fixed,
    sized,
)
from azext_kubenet.addressing.network_plugins import KUBENET, NetworkPlugin
from azext_kubenet.addressing.summaries import default_routes, is_summary, kept_clear
from azext_kubenet.addressing.wording import listed
from azext_kubenet.options.node_counts import MeantSurge, growth_findings, read_growth, read_max_surge
from azext_kubenet.options.plugin_options import unused_options
from azext_kubenet.options.pool_texts import in_pools
from azext_kubenet.options.typed import Typed

T = TypeVar("T")
#: Options of which a single address may be one of the ranges: nothing can be taken from one.
_SINGLES = ("--exclude-prefixes",)
#: Prefixes of one virtual network: our own bound, so that a malformed plan ends soon.
_MOST_PREFIXES = 50


class RangeOptions(NamedTuple):
    """What the options say of sizes and ranges.

    size: of the cluster
    requests: what is requested of each range
    reservations: ranges in use elsewhere
    growth: of the nodes in a year, in percent; None if it is not stated
    findings: what is wrong with any of it
    """

    size: ClusterSize
    requests: RangeRequests
    reservations: tuple[Reservation, ...] = ()
    growth: int | None = None
    findings: tuple[Finding, ...] = ()


class _Reader:
    """Reads one option after another and collects what is wrong with them."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def read(self, option: str, text: str | None, parse: Callable[[str], T]) -> T | None:
        """The parsed value; None for no text, and for text that cannot be read, which becomes a finding."""
        if text is None:
            return None
        try:
            return parse(text)
        except cidr.NotANetwork as error:
            self.note(option, error if text.strip() else cidr.Empty(error.rule))
            return None

    def request(self, option: str, text: str | None) -> RangeRequest:
        """What is requested of a range; for what was probably meant, that beside a finding."""
        if text is None:
            return UNSPECIFIED
        try:
            return cidr.read_request(text)
        except cidr.NotANetwork as error:
            self.note(option, error if text.strip() else cidr.Empty(error.rule))
            return fixed(error.network) if isinstance(error, cidr.Meant) else UNSPECIFIED

    def surge(self, option: str, text: str | None) -> MaxSurge | None:
        """A surge; for what was probably meant, that beside a finding."""
        meant: list[MaxSurge] = []

        def parse(text: str) -> MaxSurge:
            try:
                return read_max_surge(text)
            except MeantSurge as error:
                meant.append(error.surge)
                raise

        return self.read(option, text, parse) or next(iter(meant), None)

    def note(self, option: str, error: cidr.NotANetwork) -> None:
        """Note what is wrong with an option's value."""
        message = f"{option}: {error.message}"
        self.findings.append(Finding(error.rule, Severity.ERROR, (option,), message, error.fixes(option)))

    def sequence(self, option: str, values: Sequence[str], plan: str = "") -> list[Reservation]:
        """Ranges of an option that takes several, each value perhaps the content of a file that lists them.

        plan: a list that is left out
        """
        if not values:
            return []
        from azext_kubenet.options.file_patterns import opened  # these take longer than the rest of a plan
        from azext_kubenet.options.listed_values import ListFaults
        from azext_kubenet.options.range_lists.values import read_values

        found = opened(option, values, self.findings)
        others = [each for each in found if not plan or each.text.strip() != plan]
        if len(others) < len(found):
            message = f"{option}: the plan of --plan is among the lists, and its ranges are not excluded"
            self.findings.append(Finding("plan-among-lists", Severity.INFO, (option,), message))
        faults = ListFaults(option, values)
        read = read_values(option, others, option in _SINGLES, faults.noted_in(self.findings), self.findings)
        self.findings[:] = faults.with_whole_lists(self.findings)
        return read

    def bridge(self, typed: Typed, plugin: NetworkPlugin) -> IPNetwork | None:
        """The docker bridge's address, where one is planned."""
        text = typed.value("docker_bridge_address") if plugin.has_docker_bridge else None
        return self.read("--docker-bridge-address", text, cidr.read_address_with_prefix)

    def excluded(self, values: Sequence[str], plan: str = "") -> list[Reservation]:
        """Ranges in use elsewhere. The default route is none, though lists of routes begin with it.

        plan: the text of the plan that is made again, or created: its ranges are the cluster's own
        """
        option, all_of_it = "--exclude-prefixes", self.sequence("--exclude-prefixes", values, plan.strip())
        wide = [each.network for each in all_of_it if is_summary(each.network)]
        routes = default_routes(wide)
        found = [each for each in all_of_it if each.network not in routes] if routes else all_of_it
        self.findings += kept_clear(option, [each for each in wide if each not in routes], option)
        if routes:
            shown = listed([str(each) for each in dict.fromkeys(wide) if each in routes])
            verb = "is" if len(routes) == 1 else "are"
            message = f"{option}: {shown} {verb} the default route, not a network"
            if found:
                said = ("default-route-left-out", Severity.WARNING, f"{message}: it is ignored", "")
            else:
                said = ("list-without-ranges", Severity.ERROR, message, "exclude the networks that are in use")
            rule, severity, what, advice = said
            self.findings.append(Finding(rule, severity, (option,), what, advise(advice)))
        return found

    def vnet(self, values: Sequence[str]) -> RangeRequest:
        """The prefixes of a network, or one size."""
        option = "--vnet-address-prefixes"
        words = [word for value in values for word in value.replace(",", " ").split()]
        if len(words) > _MOST_PREFIXES:
            message = f"{option}: {len(words)} prefixes are given, but this command accepts at most {_MOST_PREFIXES}"
            self.findings.append(
                Finding(
                    "too-many-prefixes", Severity.ERROR, (option,), message, advise("use fewer and larger prefixes")
                )
            )
        already = len(self.findings)
        read = [self.request(option, word) for word in words[:_MOST_PREFIXES]]
        sizes = [each.prefixlen for each in read if each.prefixlen is not None]
        prefixes = fixed(*(network for each in read for network in each.networks))
        if len(prefixes.networks) == len(words):  # what was meant is known, and the fix is one for all prefixes
            whole = (use(option, prefixes),)
            self.findings[already:] = [replace(each, fixes=whole) for each in self.findings[already:]]
        if sizes and len(words) > 1:
            message = f"{option}: a size such as /{sizes[0]} cannot be combined with other prefixes"
            self.findings.append(
                Finding(
                    "malformed-range",
                    Severity.ERROR,
                    (option,),
                    message,
                    advise(f"use {option} /{sizes[0]}, or whole CIDRs"),
                )
            )
            return prefixes
        return sized(sizes[0]) if sizes else prefixes

    def subnet(self, values: Sequence[str]) -> RangeRequest:
        """The prefix of the subnet: one only [A14]."""
        option = "--subnet-prefix"
        words = [word for value in values for word in value.replace(",", " ").split()]
        if len(words) > 1:
            self.findings.append(
                Finding(
                    "subnet-multiple-prefixes",
                    Severity.ERROR,
                    (option,),
                    f"{option}: {len(words)} prefixes are given, but AKS accepts a subnet with one only",
                    self._first_read(option, words),
                )
            )
        return self.request(option, words[0] if words else None)

    @staticmethod
    def _first_read(option: str, words: Sequence[str]) -> tuple[Fix, ...]:
        """The first of some words that can be read, as the value of an option."""
        for word in words:
            with suppress(cidr.NotANetwork):
                return (use(option, cidr.read_request(word)),)
        return advise("use one prefix")


def read_ranges(typed: Typed, plugin: NetworkPlugin = KUBENET) -> RangeOptions:
    """Size, requests and reservations of the options. Never raises on a bad value: it becomes a finding."""
    reader = _Reader()
    reader.findings += [*unused_options(typed, plugin), *typed.malformed()]
    default = ClusterSize(max_pods=plugin.default_max_pods, network_plugin=plugin)
    surge = reader.surge("--max-surge", typed.value("max_surge"))
    node_count, max_pods, extra_ips = map(typed.number, ("node_count", "max_pods", "extra_ips"))
    size = ClusterSize(
        node_count=default.node_count if node_count is None else node_count,
        max_count=typed.number("max_count"),
        max_pods=default.max_pods if max_pods is None else max_pods,
        max_surge=default.max_surge if surge is None else surge,
        extra_ips=default.extra_ips if extra_ips is None else extra_ips,
        network_plugin=plugin,
    )
    size = in_pools(size, typed, reader.findings)
    requests = RangeRequests(
        within=tuple(each.network for each in reader.sequence("--within", typed.words("within"))),
        vnet=reader.vnet(typed.words("vnet_address_prefixes")),
        subnet=reader.subnet(typed.words("subnet_prefix")),
        pods=reader.request("--pod-cidr", typed.value("pod_cidr")),
        services=reader.request("--service-cidr", typed.value("service_cidr")),
        dns_ip=reader.read("--dns-service-ip", typed.value("dns_service_ip"), cidr.read_address),
        docker_bridge=reader.bridge(typed, plugin),
    )
    reservations = tuple(reader.excluded(typed.words("exclude_prefixes"), typed.text("plan")))
    growth = reader.read("--growth", typed.value("growth"), read_growth)
    reader.findings += growth_findings(typed.value("growth"), growth)
    return RangeOptions(size, requests, reservations, growth, tuple(reader.findings))
