"""What is never deleted, whatever is asked for; and the roles that are needed to see all."""
from collections.abc import Mapping
from typing import Any

import pytest

from tempest_cleanup import grants, protected
from tempest_cleanup.cloud import Cloud, tokens, transport
from tempest_cleanup.config import Config
from tempest_cleanup.model import Key, Resource, Scope
from tempest_cleanup.services.base import ResourceService
from tests.unit.clouds import inventory, thing
from tests.unit.kinds import kind


def entry(service: str, *regions: str) -> dict[str, Any]:
    return {'type': service, 'id': f'{service}-id', 'name': service, 'endpoints': [
        {'id': f'{service}-{region}', 'region_id': region, 'region': region}
        for region in regions]}


TOKEN = {
    'user': {'id': 'me', 'domain': {'id': 'my-domain'}},
    'project': {'id': 'home', 'domain': {'id': 'home-domain'}},
    'roles': [{'id': 'r-admin', 'name': 'admin'}, {'id': 'r-reader', 'name': 'reader'}],
    'catalog': [entry('identity', 'R1', 'R2'), entry('volumev3', 'R1'),
                entry('block-storage', 'R1'), entry('strange', 'R1')],
}
ACCOUNT = tokens.Account('http://nowhere/v3', 'me', '')


def cloud(region: str = 'R1') -> Cloud:
    known = Cloud(ACCOUNT, transport.Transport(), region=region)
    known._token = TOKEN
    return known


def test_what_the_tool_stands_on() -> None:
    """Point 4: its user, project, domains and roles, and the default domain."""
    keys = set(protected.own(cloud(), ['identity']))
    assert keys >= {
        Key('users', 'me'), Key('projects', 'home'), Key('domains', 'my-domain'),
        Key('domains', 'home-domain'), Key('domains', 'default'), Key('roles', 'r-admin'),
        Key('roles', 'r-reader')}


@pytest.mark.parametrize(('region', 'regions'), [('R1', {'R1'}), ('', {'R1', 'R2'})])
def test_the_catalog_that_is_used(region: str, regions: set[str]) -> None:
    """Point 4: services, endpoints and regions that our own requests need."""
    keys = set(protected.own(cloud(region), ['identity', 'block-storage']))
    assert {Key('services', 'identity-id'), Key('services', 'block-storage-id')} <= keys
    assert {k.id for k in keys if k.kind == 'regions'} == regions
    assert Key('endpoints', 'identity-R1') in keys
    assert Key('services', 'strange-id') not in keys


@pytest.mark.parametrize('name', ['service', 'services'])
def test_the_accounts_of_the_services(name: str) -> None:
    """Point 4: whoever has a role in the project of the services."""
    found = inventory(thing('projects', 'sp', name=name), thing('users', 'nova'),
                      thing('domains', 'hd', name='heat'), thing('projects', 'p'))
    assignments: list[Mapping[str, Any]] = [
        {'user': {'id': 'nova'}, 'scope': {'project': {'id': 'sp'}}, 'role': {'id': 'r'}},
        {'user': {'id': 'heat-admin'}, 'scope': {'domain': {'id': 'hd'}}, 'role': {'id': 'r'}},
        {'user': {'id': 'tester'}, 'scope': {'project': {'id': 'p'}}, 'role': {'id': 'r'}},
        {'group': {'id': 'g'}, 'scope': {'project': {'id': 'sp'}}, 'role': {'id': 'r'}},
        {'user': {'id': 'operator'}, 'scope': {'system': {'all': True}}, 'role': {'id': 'r'}}]
    assert set(protected.of_services(found, assignments)) == {
        Key('projects', 'sp'), Key('domains', 'hd'), Key('users', 'nova'),
        Key('users', 'heat-admin'), Key('groups', 'g'), Key('roles', 'r')}
    assert protected.members(assignments) == {
        'sp': frozenset({'nova'}), 'p': frozenset({'tester'})}


def membership(group: str, user: str) -> Resource:
    return thing('group_memberships', f'groups/{group}/users/{user}', user_id=user,
                 body={'group_id': group, 'user_id': user})


def test_what_gives_us_our_rights() -> None:
    """Point 4: through a group, too, and with the roles."""
    mine, others = membership('ours', 'me'), membership('theirs', 'you')
    direct = thing('role_assignments', 'a1', user_id='me', body={'role': {'id': 'r1'}})
    through = thing('role_assignments', 'a2', body={
        'group': {'id': 'ours'}, 'role': {'id': 'r2'}})
    foreign = thing('role_assignments', 'a3', body={
        'group': {'id': 'theirs'}, 'role': {'id': 'r3'}})
    found = protected.own_rights('me', inventory(mine, others, direct, through, foreign))
    assert set(found) == {mine.key, direct.key, through.key, Key('groups', 'ours'),
                          Key('roles', 'r1'), Key('roles', 'r2')}


def test_the_accounts_of_the_services_that_are_in_a_group() -> None:
    found = inventory(thing('projects', 'sp', name='service'), membership('g', 'octavia'),
                      membership('h', 'tester'))
    assignments: list[Mapping[str, Any]] = [
        {'group': {'id': 'g'}, 'scope': {'project': {'id': 'sp'}}, 'role': {'id': 'r1'}},
        # A role that such an account has elsewhere.
        {'user': {'id': 'octavia'}, 'scope': {'system': {'all': True}}, 'role': {'id': 'r2'}},
        {'user': {'id': 'tester'}, 'scope': {'project': {'id': 'p'}}, 'role': {'id': 'r3'}}]
    assert set(protected.of_services(found, assignments)) == {
        Key('projects', 'sp'), Key('groups', 'g'), Key('users', 'octavia'),
        Key('roles', 'r1'), Key('roles', 'r2')}


def config(**names: str) -> Config:
    return Config(ACCOUNT, '', {}, {k: frozenset([v]) for k, v in names.items()}, {})


NETWORK = thing('networks', 'n1', name='public')
OTHER = thing('networks', 'n2', name='tempest-net')
ROUTER = thing('routers', 'ro')
INTERFACE = thing('router_interfaces', 'ri', body={'network_id': 'n1', 'device_id': 'ro'})
SUBNET = thing('subnets', 'su', body={'network_id': 'n1'})
POLICY = thing('rbac_policies', 'rb', body={'object_id': 'n1'})


@pytest.mark.parametrize('names', [{'networks': 'public'}, {'networks': 'n1'}])
def test_what_tempest_conf_names(names: dict[str, str]) -> None:
    """Point 4: by name or id, and what could not do without it."""
    keys = set(protected.configured(config(**names), inventory(
        NETWORK, OTHER, ROUTER, INTERFACE, SUBNET, POLICY)))
    assert keys == {r.key for r in (NETWORK, ROUTER, INTERFACE, SUBNET, POLICY)}


def test_a_name_that_fits_two_protects_both() -> None:
    """Point 1: which of them is meant is not known."""
    images = [thing('images', i, name='cirros') for i in ('i1', 'i2')]
    assert set(protected.configured(config(images='cirros'), inventory(*images))) == {
        r.key for r in images}


def test_a_name_protects_its_own_kind_only() -> None:
    found = inventory(thing('images', 'i', name='x'), thing('servers', 's', name='x'))
    assert set(protected.configured(config(images='x'), found)) == {Key('images', 'i')}


SYSTEM = kind('rules', service_type='identity', token=Scope.CLOUD)
BY_PROJECT = kind('secrets', service_type='block-storage', token=Scope.PROJECT,
                  scope=Scope.PROJECT)
ABSENT = kind('absents', service_type='absent', token=Scope.PROJECT, scope=Scope.PROJECT)
PROJECTS = [Resource('projects', p, p, domain_id=d) for p, d in (
    ('home', 'd1'), ('p1', 'd1'), ('p2', 'd2'), ('p3', 'd2'))]


def needed(*classes: type[ResourceService], own: list[Mapping[str, Any]]) -> list[str]:
    here = cloud()
    return grants.needed([cls(here) for cls in classes], here, own, PROJECTS)


def on(**scope: Any) -> Mapping[str, Any]:
    return {'scope': scope, 'role': {'id': 'r-admin'}}


def everywhere(*projects: str) -> list[Mapping[str, Any]]:
    return [on(project={'id': p}) for p in projects]


D1, D2 = (f'OS-INHERIT/domains/{d}/users/me/roles/r-admin/inherited_to_projects'
          for d in ('d1', 'd2'))


@pytest.mark.parametrize(('classes', 'own', 'paths'), [
    ((), [], []),
    ((kind('plains', service_type='identity'),), [], []),
    ((SYSTEM,), [], ['system/users/me/roles/r-admin']),
    ((SYSTEM,), [on(system={'all': True})], []),
    ((BY_PROJECT,), everywhere('home', 'p1', 'p2', 'p3'), []),
    ((BY_PROJECT,), everywhere('home', 'p1'), [D2]),
    ((BY_PROJECT,), everywhere('home', 'p2'), [D1, D2]),
    ((ABSENT,), [], []),
    ((SYSTEM, BY_PROJECT), [], ['system/users/me/roles/r-admin', D1, D2]),
])
def test_only_what_is_missing_is_granted(
    classes: tuple[type[ResourceService], ...], own: list[Mapping[str, Any]], paths: list[str],
) -> None:
    """Point 4: a role that is there is neither given nor taken back."""
    assert needed(*classes, own=own) == paths


OF_ALL = 'OS-INHERIT/domains/home-domain/users/me/roles/r-all/inherited_to_projects'
ACCOUNTS = kind('accounts', service_type='block-storage', token=Scope.PROJECT,
                scope=Scope.PROJECT, outlives_project=True)


@pytest.mark.parametrize(('cls', 'reseller', 'own', 'paths'), [
    (ACCOUNTS, 'r-all', [], [OF_ALL]),
    (ACCOUNTS, '', [], []),
    (BY_PROJECT, 'r-all', [], []),
    (ACCOUNTS, 'r-all', [{'scope': {'project': {'id': 'p1'}}, 'role': {'id': 'r-all'}}],
     [OF_ALL]),
    (ACCOUNTS, 'r-all', [{'scope': {'project': {'id': 'home'}}, 'role': {'id': 'r-all'}}], []),
])
def test_what_outlives_its_project_takes_a_role_of_its_own(
    cls: type[ResourceService], reseller: str, own: list[Mapping[str, Any]], paths: list[str],
) -> None:
    """Only where our own token lacks it, and where there is such a role."""
    here = cloud()
    own = [*own, *everywhere('home', 'p1', 'p2', 'p3')]
    assert grants.needed([cls(here)], here, own, PROJECTS, reseller) == paths


def test_nothing_is_granted_for_what_is_seen_anyway() -> None:
    class Stacks(BY_PROJECT):  # type: ignore[misc, valid-type]  # made by a function
        name = 'stacks'

        def sees_all(self) -> bool:
            return True

    assert needed(Stacks, own=[]) == []
