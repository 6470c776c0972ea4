"""saved_state.json: what is written is read; what is broken is refused."""
import copy
import datetime
import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tempest_cleanup import errors, state
from tempest_cleanup.model import Coverage, Inventory, Key, Resource, Scope, Seen, Tenant

CLOUD = {'identity_service': 'abc', 'region': 'RegionOne'}
NOW = datetime.datetime(2026, 11, 22, 7, 17, 0, 123456, tzinfo=datetime.UTC)
INVENTORY = Inventory(
    {'servers': (Resource('servers', 's1', 'one', 'p1', 'u1', created_at=NOW,
                          status='ACTIVE', body={'adminPass': 'secret'}),),
     'compute_quotas': (Resource('compute_quotas', 'p1', project_id='p1',
                                 settings={'cores': 20}),),
     'users': (Resource('users', 'u1', 'me'), Resource('users', 'u2', 'you'))},
    (Coverage('servers', Seen.COMPLETE, count=1), Coverage('users', Seen.COMPLETE, count=2),
     Coverage('compute_quotas', Seen.COMPLETE, 'p1', 1),
     Coverage('keypairs', Seen.FAILED, 'u2', detail='503 down'),
     Coverage('stacks', Seen.ABSENT, detail='not in the catalog')))
KINDS = ('servers', 'compute_quotas', 'users', 'keypairs', 'stacks')


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / 'saved_state.json'
    state.save(path, INVENTORY, CLOUD, KINDS, NOW)
    return path


def _edit(path: pathlib.Path, change: Callable[[Any], object], *, signed: bool = False) -> None:
    data = json.loads(path.read_text())
    change(data)
    if signed:
        data.pop('checksum', None)
        data['checksum'] = state.checksum(data)
    path.write_text(json.dumps(data))


def test_what_is_saved_is_loaded(path: pathlib.Path) -> None:
    saved = state.load(path, CLOUD, 'u1')
    assert saved.saved_at == NOW
    assert saved.kinds == frozenset(KINDS)
    assert saved.inventory.coverage == INVENTORY.coverage
    server = saved.inventory.of('servers')[0]
    assert (server.name, server.project_id, server.user_id, server.created_at) == (
        'one', 'p1', 'u1', NOW)
    assert saved.inventory.of('compute_quotas')[0].settings == {'cores': 20}
    assert saved.keys == {r.key for r in INVENTORY}


def test_no_secret_is_saved(path: pathlib.Path) -> None:
    """Point 11: of a body nothing but the settings is written, for its owner alone."""
    assert 'secret' not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_cloud_makes_the_same_file(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    again = tmp_path / 'again.json'
    shuffled = Inventory(
        {kind: tuple(reversed(found)) for kind, found in list(INVENTORY.resources.items())[::-1]},
        INVENTORY.coverage)
    state.save(again, shuffled, CLOUD, reversed(KINDS), NOW)
    assert again.read_text() == path.read_text()


@pytest.mark.parametrize('stage', [state.Stage.REPORTED, state.Stage.LEFT])
def test_that_it_was_reported_is_noted(path: pathlib.Path, stage: state.Stage) -> None:
    saved = state.load(path, CLOUD, 'u1')
    state.reported(path, saved, stage)
    assert state.stage_of(path) is stage
    assert state.load(path, CLOUD, 'u1') == saved


@pytest.mark.parametrize('signed', [False, True])
def test_an_edited_file_gets_no_checksum(path: pathlib.Path, signed: bool) -> None:
    """Point 10: what the command of a run has edited is refused afterwards as before."""
    saved = state.load(path, CLOUD, 'u1')
    _edit(path, lambda d: d['resources']['servers'].clear(), signed=signed)
    edited = path.read_bytes()
    with pytest.raises(errors.FileError, match='edited or replaced while the command ran'):
        state.reported(path, saved, state.Stage.REPORTED)
    assert path.read_bytes() == edited


def test_one_that_is_put_aside_bears_its_time(path: pathlib.Path) -> None:
    content = path.read_bytes()
    aside = state.put_aside(path)
    assert aside == path.with_name('saved_state-20261122T071700.json')
    assert aside.read_bytes() == content
    assert not path.exists()


@pytest.mark.parametrize('text', ['[]', '"x"', '{}', '{"saved_at": 5}'])
def test_one_without_a_time_is_not_put_aside(path: pathlib.Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(errors.FileError, match='does not say when it was saved'):
        state.put_aside(path)
    assert path.read_text() == text


def _other_format(data: Any) -> None:
    data['format'] = state.FORMAT + 1


@pytest.mark.parametrize(('change', 'says'), [
    (lambda d: d['resources']['servers'].pop('s1'), 'changed or damaged'),
    (lambda d: d['resources']['users'].update(x={}), 'changed or damaged'),
    (lambda d: d.update(saved_at='2020-01-01T00:00:00'), 'changed or damaged'),
    (lambda d: d['coverage'][0].update(seen='failed'), 'changed or damaged'),
    (lambda d: d.update(checksum='sha256:0'), 'changed or damaged'),
    (lambda d: d['kinds'].append('volumes'), 'changed or damaged'),
    (lambda d: d['cloud'].update(region='Other'), 'changed or damaged'),
    (_other_format, 'upgrade tempest-cleanup'),
])
def test_an_edited_file_is_refused(
    path: pathlib.Path, change: Callable[[Any], object], says: str,
) -> None:
    """Point 10: by its checksum, whatever was edited."""
    _edit(path, change)
    with pytest.raises(errors.FileError, match=says) as caught:
        state.load(path, CLOUD, 'u1')
    assert str(path) in str(caught.value)


@pytest.mark.parametrize('value', [
    None, 0, '', 'text', [], {}, [{}], {'users': []}, {'format': '1'}, {'format': None},
    {'format': 1}, {'format': True}, {'format': 1.5}, {'format': 1, 'resources': []}])
def test_something_else_is_refused(tmp_path: pathlib.Path, value: Any) -> None:
    """Point 10: JSON that is no saved state."""
    path = tmp_path / 'state.json'
    path.write_text(json.dumps(value))
    with pytest.raises(errors.FileError, match='is not a saved state'):
        state.load(path, CLOUD, 'u1')


@pytest.mark.parametrize('change', [
    lambda d: d.update(saved_at=5), lambda d: d.update(cloud='here'),
    lambda d: d.update(cloud={'region': 5}), lambda d: d.update(kinds='servers'),
    lambda d: d.update(kinds=[1]), lambda d: d.update(coverage={}),
    lambda d: d['coverage'].append({'kind': 'x'}),
    lambda d: d['coverage'].append({'kind': 'x', 'seen': 'perhaps'}),
    lambda d: d['coverage'].append('x'), lambda d: d.update(resources=[]),
    lambda d: d['coverage'].append({'kind': 'x', 'seen': 'failed', 'etdail': ''}),
    lambda d: d['coverage'].append({'kind': 'x', 'seen': 'failed', 'detail': 5}),
    lambda d: d['resources']['servers']['s1'].update(name=5),
    lambda d: d['resources']['servers']['s1'].update(project_id=None),
    lambda d: d['resources']['servers']['s1'].update(settings=[]),
    lambda d: d['resources'].update(servers=['s1']),
    lambda d: d['resources']['servers'].update(s1='name'), lambda d: d.pop('resources')])
def test_wrong_types_are_refused(
    path: pathlib.Path, change: Callable[[Any], object],
) -> None:
    """Point 10: even where the checksum is right."""
    _edit(path, change, signed=True)
    with pytest.raises(errors.FileError, match='is not a saved state'):
        state.load(path, CLOUD, 'u1')


def test_every_truncation_is_refused(path: pathlib.Path) -> None:
    """Point 10: cut off anywhere."""
    text = path.read_text()
    for length in range(0, len(text) - 2, 7):
        path.write_text(text[:length])
        with pytest.raises(errors.FileError, match=r'broken or cut off|is not a saved state'):
            state.load(path, CLOUD, 'u1')


def test_another_cloud_is_refused(path: pathlib.Path) -> None:
    """Point 10: the message names both clouds."""
    with pytest.raises(errors.FileError, match='of another cloud') as caught:
        state.load(path, {**CLOUD, 'identity_service': 'xyz'}, 'u1')
    assert 'abc' in str(caught.value)
    assert 'xyz' in str(caught.value)


def test_a_missing_file_says_so(tmp_path: pathlib.Path) -> None:
    """Point 10."""
    with pytest.raises(errors.FileError, match='there is no saved state at'):
        state.load(tmp_path / 'none.json', CLOUD, 'u1')


P1, P2 = Tenant(Scope.PROJECT, 'p1'), Tenant(Scope.PROJECT, 'p2')
U1, U2, U3 = (Tenant(Scope.USER, u) for u in ('u1', 'u2', 'u3'))


@pytest.mark.parametrize(('kind', 'tenant', 'doubt'), [
    ('servers', None, ''),
    ('users', None, ''),
    ('volumes', None, 'does not know volumes'),
    ('stacks', None, 'did not see all stacks (absent'),
    ('compute_quotas', P1, ''),
    ('compute_quotas', P2, 'did not see the compute_quotas of project p2'),
    ('keypairs', U2, 'did not see all keypairs (failed: 503 down)'),
    ('keypairs', U1, 'did not see the keypairs of user u1'),
    ('keypairs', U3, ''),
])
def test_doubt(path: pathlib.Path, kind: str, tenant: Tenant | None, doubt: str) -> None:
    """Points 1 and 2: only what was seen completely can be known to be new.

    Of a project that may have been there unseen nothing is known; what belongs to a user
    who was not there can't have been, either.
    """
    told = state.load(path, CLOUD, 'u1').doubt(kind, tenant)
    assert bool(told) == bool(doubt)
    assert doubt in told


# The shape that upstream's command writes: no format, no fingerprint, names or whole bodies.
UPSTREAM: dict[str, Any] = {
    'compute_quotas': {'maxTotalCores': 20, 'maxTotalInstances': 10, 'totalCoresUsed': 0},
    'domains': {'default': 'Default'},
    'flavors': {'42': 'm1.nano', '84': 'm1.micro'},
    'floatingips': {},
    'images': {'26711869-3f5b-4658-ad61-2587e51f0c29': 'cirros'},
    'keypairs': {'mine': {'name': 'mine', 'public_key': 'ssh-rsa AAAA', 'fingerprint': '1:2'}},
    'metering_label_rules': {}, 'metering_labels': {},
    'network_quotas': {'network': 100, 'port': 500},
    'networks': {'n1': {'id': 'n1', 'name': 'public', 'router:external': True}},
    'ports': {'po1': ''}, 'projects': {'p1': 'admin', 'p2': 'service'},
    'regions': {'RegionOne': {'id': 'RegionOne', 'parent_region_id': None}},
    'roles': {'r1': 'admin', 'r2': 'member'}, 'routers': {'ro1': 'router'},
    'security_groups': {'sg1': 'default'}, 'server_groups': {},
    'servers': {'s1': 'old server'}, 'snapshots': {}, 'subnetpools': {},
    'subnets': {'su1': 'public-subnet'}, 'users': {'u1': 'admin', 'u2': 'nova'},
    'volume_quotas': {'volumes': 10, 'gigabytes': 1000}, 'volumes': {},
}


@pytest.fixture
def old(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / 'saved_state.json'
    path.write_text(json.dumps(UPSTREAM, sort_keys=True, indent=2, separators=(',', ': ')))
    return path


def test_the_file_of_upstream_is_read(old: pathlib.Path) -> None:
    saved = state.load(old, CLOUD, 'u1')
    assert saved.saved_at is None
    assert Key('networks', 'n1') in saved.keys
    assert Key('servers', 's1') in saved.keys
    assert [r.name for r in saved.inventory.of('users')] == ['admin', 'nova']
    assert not any(kind.endswith('_quotas') for kind in saved.kinds)


@pytest.mark.parametrize(('kind', 'trusted'), [
    ('projects', True), ('users', True), ('networks', True), ('routers', True),
    ('servers', False), ('volumes', False), ('images', False), ('flavors', False),
    ('keypairs', False), ('security_groups', False), ('ports', False),
    ('floatingips', False), ('stacks', False), ('compute_quotas', False)])
def test_of_upstreams_file_only_whole_listings_are_trusted(
    old: pathlib.Path, kind: str, trusted: bool,
) -> None:
    """Point 2: upstream lists some kinds in one project only, and errors as nothing."""
    assert (state.load(old, CLOUD, 'u1').doubt(kind, None) == '') is trusted


def test_upstreams_file_of_another_cloud_is_refused(old: pathlib.Path) -> None:
    """Point 10: it has no fingerprint, so our own user must be in it."""
    with pytest.raises(errors.FileError, match='of another cloud'):
        state.load(old, CLOUD, 'somebody-else')


def test_ours_is_no_file_of_upstream(path: pathlib.Path) -> None:
    """Point 10: taking the format away does not get an edited file in by the back door."""
    _edit(path, lambda d: d.pop('format'))
    with pytest.raises(errors.FileError):
        state.load(path, CLOUD, 'u1')


words = st.text(st.characters(codec='utf-8'), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5)
kinds = st.sampled_from(['servers', 'users', 'networks'])
ids = words.filter(bool)


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    found: dict[str, dict[str, Resource]] = {}
    for kind in draw(st.lists(kinds, max_size=6)):
        one = draw(st.builds(
            Resource, st.just(kind), ids, words, words, words, words,
            st.none() | st.datetimes(timezones=st.just(datetime.UTC)),
            settings=st.dictionaries(words, values, max_size=3)))
        found.setdefault(kind, {})[one.id] = one
    coverage = draw(st.lists(st.builds(
        Coverage, kinds, st.sampled_from(Seen), words, st.integers(0, 9), words), max_size=4))
    return Inventory({kind: tuple(by_id.values()) for kind, by_id in found.items()},
                     tuple(coverage))


@settings(max_examples=30, deadline=None)
@given(inventory=inventories(), cloud=st.dictionaries(words, words, max_size=3))
def test_any_inventory_survives(
    tmp_path_factory: pytest.TempPathFactory, inventory: Inventory, cloud: dict[str, str],
) -> None:
    path = tmp_path_factory.mktemp('state') / 'state.json'
    state.save(path, inventory, cloud, ['servers'], NOW)
    saved = state.load(path, copy.copy(cloud), '')
    assert saved.inventory.by_key() == inventory.by_key()
    assert saved.inventory.coverage == inventory.coverage
