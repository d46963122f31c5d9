"""Reading ranges: what is taken, and in which words the rest is refused."""
import pytest

from azext_kubenet.addressing import networks
from azext_kubenet.addressing.networks import HostBits, NotANetwork

row = pytest.param


@pytest.mark.parametrize(('text', 'read'), [
    row('10.244.0.0/16', '10.244.0.0/16', id='a network'),
    row('  10.244.0.0/16\t', '10.244.0.0/16', id='spaces around do no harm'),
    row('0.0.0.0/0', '0.0.0.0/0', id='all of it is a network, whatever the rules say'),
    row('10.0.0.10/32', '10.0.0.10/32', id='one address, said so'),
])
def test_networks_that_are_read(text, read):
    assert str(networks.read_network(text)) == read


@pytest.mark.parametrize(('text', 'rule', 'recommendation'), [
    row('10.244.0.5/16', 'host-bits', 'use 10.244.0.0/16', id='host bits: the network is named'),
    row('10.244.0.0', 'malformed-range', 'use 10.244.0.0/PREFIX, such as 10.244.0.0/16', id='no prefix'),
    row('10.244.0.0/08', 'malformed-range', 'use a network such as 10.244.0.0/16', id='a leading zero'),
    row('10.0.0.0/33', 'malformed-range', 'use a network such as 10.244.0.0/16', id='no such prefix'),
    row('10.0.0.0/-1', 'malformed-range', 'use a network such as 10.244.0.0/16', id='a negative prefix'),
    row('10.0.0.0/255.0.0.0', 'malformed-range', 'use a network such as 10.244.0.0/16', id='a netmask'),
    row('10.0.0.0/0.255.255.255', 'malformed-range', 'use a network such as 10.244.0.0/16', id='a host mask'),
    row('10.0.0/8', 'malformed-range', 'use a network such as 10.244.0.0/16', id='three parts'),
    row('10/8', 'malformed-range', 'use a network such as 10.244.0.0/16', id='the old short form'),
    row('999.9.9.9/8', 'malformed-range', 'use a network such as 10.244.0.0/16', id="what Azure's own pattern takes"),
    row('', 'malformed-range', 'use a network such as 10.244.0.0/16', id='nothing'),
    row('10.0.0.0/8 10.1.0.0/16', 'malformed-range', 'use a network such as 10.244.0.0/16', id='two at once'),
    row('fd12:3456:789a::/64', 'ipv6-not-supported', 'use IPv4 ranges here, or Azure CNI Overlay for a dual-stack '
        'cluster: az aks create --network-plugin azure --network-plugin-mode overlay --ip-families ipv4,ipv6',
        id='IPv6'),
])
def test_networks_that_are_not(text, rule, recommendation):
    with pytest.raises(NotANetwork) as caught:
        networks.read_network(text)
    assert (caught.value.rule, caught.value.recommendation) == (rule, recommendation)
    assert (text.strip() or "''") in caught.value.message


def test_a_long_text_is_not_shown_in_full():
    with pytest.raises(NotANetwork) as caught:
        networks.read_network('x' * 1000)
    assert len(caught.value.message) < 100


@pytest.mark.parametrize(('text', 'size'), [('/20', 20), (' /0', 0), ('/32 ', 32)])
def test_sizes(text, size):
    assert networks.read_network_or_size(text) == size


@pytest.mark.parametrize('text', ['/33', '/020', '/', '20', '/-1', '/2 0'])
def test_no_sizes(text):
    with pytest.raises(NotANetwork):
        networks.read_network_or_size(text)


@pytest.mark.parametrize('text', ['10.0.0.0/32', '10.0.0', '10.0.0.256', '010.0.0.1', 'localhost', ''])
def test_no_addresses(text):
    with pytest.raises(NotANetwork) as caught:
        networks.read_address(text)
    assert caught.value.rule == 'malformed-address'


def test_an_address_with_its_prefix_keeps_its_host_bits():
    assert str(networks.read_address_with_prefix('172.17.0.1/16')) == '172.17.0.1/16'


@pytest.mark.parametrize(('text', 'read', 'lines'), [
    row('', [], [], id='an empty file'),
    row('10.0.0.0/8\n172.16.0.0/12\n', ['10.0.0.0/8', '172.16.0.0/12'], [], id='one a line'),
    row('10.0.0.0/8, 172.16.0.0/12 192.168.0.0/16', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], [],
        id='commas and spaces between them'),
    row('# sites\n10.0.0.0/8 # Hamburg\n\n  # 10.1.0.0/16\n', ['10.0.0.0/8'], [], id='comments and empty lines'),
    row('10.0.0.0/8\r\n172.16.0.0/12\r\n', ['10.0.0.0/8', '172.16.0.0/12'], [], id='lines that Windows ended'),
    row('\ufeff10.0.0.0/8\r\n', ['10.0.0.0/8'], [], id='the byte order mark that Windows put first'),
    row('10.0.0.0/8\nHamburg\n172.16.0.0/12\n1.2.3\n', ['10.0.0.0/8', '172.16.0.0/12'], [2, 4],
        id='lines that are no network, by number'),
    row('10.0.0.7/8', ['10.0.0.0/8'], [1], id='host bits: refused, and the network meant is kept out all the same'),
    row('10.0.0.0/8 nonsense 1.2.3', ['10.0.0.0/8'], [1, 1], id='two faults on a line'),
    row('10.0.0.0/8\n10.0.0.0/8', ['10.0.0.0/8', '10.0.0.0/8'], [], id='the same twice'),
])
def test_lists(text, read, lines):
    found, faults = networks.read_list(text)
    assert [str(network) for network in found] == read
    assert [number for number, _ in faults] == lines


def test_host_bits_name_the_network_that_was_meant():
    with pytest.raises(HostBits) as caught:
        networks.read_network('10.2.0.1/24')
    assert str(caught.value.network) == '10.2.0.0/24'
    assert caught.value.message == '10.2.0.1/24 has host bits set: it is an address inside 10.2.0.0/24, not a network'
