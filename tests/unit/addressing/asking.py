"""Questions to the core in the words of the command line."""
import re
from dataclasses import replace

from azext_kubenet.addressing import networks
from azext_kubenet.addressing.model import Demand, MaxSurge, Origin, Reservation, Wish
from azext_kubenet.addressing.verdict import judge


def split(text):
    """Options and their values: `--vnet-address-prefixes A B --pod-cidr /20`."""
    options = {}
    for word in text.split():
        if word.startswith('--'):
            values = options[word] = []
        else:
            values.append(word)
    return options


def surge(text):
    return MaxSurge(int(text.rstrip('%')), text.endswith('%'))


def _vnet(values):
    read = [networks.read_network_or_size(value) for value in values]
    return read[0] if isinstance(read[0], int) else tuple(read)


_WISHES = {
    '--vnet-address-prefixes': ('vnet', _vnet),
    '--subnet-prefix': ('subnet', lambda values: networks.read_network_or_size(values[0])),
    '--pod-cidr': ('pods', lambda values: networks.read_network_or_size(values[0])),
    '--service-cidr': ('services', lambda values: networks.read_network_or_size(values[0])),
    '--dns-service-ip': ('dns_ip', lambda values: networks.read_address(values[0])),
    '--docker-bridge-address': ('docker_bridge', lambda values: networks.read_address_with_prefix(values[0])),
    '--within': ('within', lambda values: tuple(map(networks.read_network, values))),
}
_DEMANDS = {
    '--node-count': ('node_count', lambda values: int(values[0])),
    '--max-count': ('max_count', lambda values: int(values[0])),
    '--max-pods': ('max_pods', lambda values: int(values[0])),
    '--extra-ips': ('extra_ips', lambda values: int(values[0])),
    '--max-surge': ('max_surge', lambda values: surge(values[0])),
}
#: The second is no option: it stands for what is read of a network that exists.
_TAKEN = {'--exclude-prefixes': ('excluded', Origin.USER), '--existing-subnets': ('subnet old', Origin.SUBNET)}


def fields(options, table):
    """Values by field name, of the options that a table knows."""
    return {table[option][0]: table[option][1](values) for option, values in options.items() if option in table}


def question(options):
    """Demand, wish and reservations of some options."""
    assert set(options) <= {*_DEMANDS, *_WISHES, *_TAKEN}, options
    taken = [Reservation(networks.read_network(value), *_TAKEN[option])
             for option, values in options.items() if option in _TAKEN for value in values]
    return Demand(**fields(options, _DEMANDS)), Wish(**fields(options, _WISHES)), taken


def changed(demand, wish, options):
    """A demand and a wish with some options typed anew."""
    return replace(demand, **fields(options, _DEMANDS)), replace(wish, **fields(options, _WISHES))


def ask(text, accept_risk=()):
    """The verdict on a line of options."""
    return judge(*question(split(text)), accept_risk)


def names(verdict):
    return [finding.rule for finding in verdict.findings]


def recommended(finding):
    """Each alternative of a recommendation that is options with values: `use --a 1, or --b 2 --c 3 or fewer`."""
    for part in re.sub(r'^use ', '', finding.recommendation).split(', or '):
        found = re.match(r'(?:--[a-z-]+(?: [0-9./%]+)+ ?)+', part)
        if found:
            yield split(found.group())
