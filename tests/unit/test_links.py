"""Which resource must wait for which, and which goes with which."""
from collections.abc import Mapping

import pytest

from tempest_cleanup.links import Links
from tempest_cleanup.model import Key, Resource
from tempest_cleanup.services.bodies import strings
from tests.unit.clouds import BEFORE, KINDS, thing


def edges(*resources: Resource) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """(waits, owners) by id."""
    waits, owners = Links(KINDS, BEFORE, resources).edges()
    return ({key.id: {k.id for k in found} for key, found in waits.items()},
            {key.id: {k.id for k in found} for key, found in owners.items()})


SERVER = thing('servers', 's', project_id='p')
PORT = thing('ports', 'po', project_id='p', body={'device_id': 's', 'network_id': 'n'})
NETWORK = thing('networks', 'n', project_id='p', body={'subnets': ['su']})
SUBNET = thing('subnets', 'su', project_id='p', body={'network_id': 'n'})
PROJECT = thing('projects', 'p', domain_id='d')
DOMAIN = thing('domains', 'd')


@pytest.mark.parametrize(('resources', 'waits', 'owners'), [
    ((SERVER,), {}, {}),
    ((SERVER, PORT), {'po': {'s'}}, {'po': {'s'}}),
    ((NETWORK, PORT), {'n': {'po'}}, {}),
    ((NETWORK, SUBNET), {}, {'su': {'n'}}),
    ((PROJECT, SERVER), {'p': {'s'}}, {}),
    ((DOMAIN, PROJECT), {'d': {'p'}}, {}),
    ((thing('servers', 's'), thing('servers', 's2', body={'like': 's'})), {}, {}),
    ((thing('projects', 'p'), thing('projects', 'c', body={'parent_id': 'p'})),
     {'p': {'c'}}, {}),
    ((thing('regions', 'r'), thing('regions', 'c', body={'parent_region_id': 'r'})),
     {'r': {'c'}}, {}),
    ((thing('stacks', 'st', body={'made': ['s']}), SERVER), {}, {'s': {'st'}}),
    ((thing('stacks', 'st'), thing('stacks', 'in', body={'parent': 'st'})), {}, {'in': {'st'}}),
    ((thing('volumes', 'v'), thing('snapshots', 'sn', body={'volume_id': 'v'})),
     {'v': {'sn'}}, {}),
    ((thing('volumes', 'v', body={'attachments': [{'server_id': 's'}]}), SERVER),
     {'v': {'s'}}, {}),
])
def test_edges(resources: tuple[Resource, ...], waits: Mapping[str, set[str]],
               owners: Mapping[str, set[str]]) -> None:
    """Point 7: dependents first, whichever of the two names the other."""
    assert edges(*resources) == (waits, owners)
    assert edges(*reversed(resources)) == (waits, owners)


def test_what_only_has_the_same_kind_waits_for_nothing() -> None:
    """Point 7: one that is stuck holds up only what is linked to it."""
    other = thing('ports', 'other', body={'device_id': 'another server'})
    waits, _owners = edges(SERVER, PORT, other)
    assert 'other' not in waits


def test_the_same_id_in_two_kinds_is_two_things() -> None:
    quota = thing('network_quotas', 'p', project_id='p')
    waits, _owners = edges(PROJECT, quota)
    assert waits == {'p': {'p'}}
    links = Links(KINDS, BEFORE, [PROJECT, quota])
    assert links.mentioned(quota) == {PROJECT.key}


def test_a_thing_does_not_wait_for_itself() -> None:
    odd = thing('projects', 'p', project_id='p', body={'parent_id': 'p', 'id': 'p'})
    assert edges(odd) == ({}, {})


def test_stacks_hold_what_heat_acts_with() -> None:
    """Point 7: Heat deletes with the trust, as the user, in the project of who made it."""
    stack = thing('stacks', 'st', project_id='p')
    maker = thing('users', 'maker')
    other = thing('users', 'other')
    trust = thing('trusts', 'tr', project_id='p')
    found = Links(KINDS, BEFORE, [stack, maker, other, trust, PROJECT]).holds(
        {'p': frozenset({'maker'}), 'q': frozenset({'other'})})
    assert found == {Key('users', 'maker'): {stack.key}, Key('trusts', 'tr'): {stack.key}}


def test_strings_of_any_depth() -> None:
    body = {'a': 'x', 'b': [{'c': ('y', 5, None)}, 'z'], 'd': {'e': {'f': ['w']}}}
    assert sorted(strings(body)) == ['w', 'x', 'y', 'z']
