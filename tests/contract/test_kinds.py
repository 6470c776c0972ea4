"""Every installed kind: its declarations, and what it makes of a real cloud's answers."""
import pathlib
import re
from typing import Any

import pytest

from tempest_cleanup import services
from tempest_cleanup.model import Resource
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.quotas import Quotas
from tempest_cleanup.services.relations import Relation
from tempest_cleanup.testing.contract import Kind, ResourceServiceContract
from tests.contract import tape
from tests.functional.populate.standing import KINDS as STANDING

KINDS = services.load()


#: What ties name that which they tie by.
ENDS = ('endpoint_id', 'group_id', 'image_id', 'implied_id', 'member_id', 'prior_id',
        'project_id', 'thing_id', 'user_id')


class TestDeclarations(ResourceServiceContract):
    kinds = tuple(KINDS.values())

    def body(self, kind: Kind) -> dict[str, Any]:
        more: dict[str, Any] = {'limits': {'cores': 5}} if issubclass(kind, Quotas) else {}
        if issubclass(kind, Relation):
            more = {**{end: f'its-{end}' for end in ENDS}, 'role': {'id': 'its-role'},
                    'user': {'id': 'its-user'}, 'scope': {'project': {'id': 'its-project'}}}
        return super().body(kind) | more


#: Told only where somebody has set it, or where an extension is switched on.
OPTIONAL = frozenset((
    ('users', 'default_project_id'), ('users', 'description'), ('users', 'email'),
    ('services', 'description'), ('networks', 'is_default'),
    # Each type of rule has some of them.
    *(('qos_rules', setting) for setting in KINDS['qos_rules'].settings)))


@pytest.fixture(params=sorted(KINDS))
def recording(request: pytest.FixtureRequest) -> tape.Recording:
    return tape.read(request.param)


@pytest.fixture
def service(recording: tape.Recording) -> ResourceService:
    return KINDS[recording.kind](tape.RecordedCloud(recording))


@pytest.fixture
def found(service: ResourceService, recording: tape.Recording) -> dict[str, Resource]:
    return {r.id: r for r in service.discover(recording.tenant)}


def made(recording: tape.Recording, found: dict[str, Resource]) -> list[tuple[Any, Resource]]:
    return [(one, found[str(one['id'])]) for one in recording.made]


def test_every_kind_is_recorded_and_nothing_else() -> None:
    assert {path.stem for path in tape.FOLDER.glob('*.json')} == set(KINDS)


def test_the_listing_shows_what_was_made(
    recording: tape.Recording, found: dict[str, Resource],
) -> None:
    """The paths, queries, microversions and keys are those that a real cloud answers to."""
    assert recording.made
    assert {str(one['id']) for one in recording.made} <= set(found)


def test_the_name_is_known(recording: tape.Recording, found: dict[str, Resource]) -> None:
    for one, resource in made(recording, found):
        if one['name']:
            assert resource.name == one['name']


def test_the_project_is_known(recording: tape.Recording, found: dict[str, Resource]) -> None:
    for one, resource in made(recording, found):
        shown = {resource.body.get(key) for key in ('project_id', 'tenant_id', 'owner')}
        if one['project_id'] in shown or KINDS[recording.kind].project_key in resource.body:
            assert resource.project_id == (one['project_id'] or resource.project_id)


#: Where services say when something was made, whatever else they say.
TIME_KEYS = ('created_at', 'created', 'creation_time')


def test_the_age_is_known(recording: tape.Recording, found: dict[str, Resource]) -> None:
    for _one, resource in made(recording, found):
        told = [resource.body[key] for key in TIME_KEYS if resource.body.get(key)]
        if told and not isinstance(resource.body.get('limits'), dict):
            assert resource.created_at is not None, f'{told} is not read'
            assert resource.created_at.year >= 2015


def test_the_status_is_known(recording: tape.Recording, found: dict[str, Resource]) -> None:
    for _one, resource in made(recording, found):
        keys = ('status', 'stack_status', 'provisioning_status', KINDS[recording.kind].status_key)
        told = [resource.body[key] for key in keys if resource.body.get(key)]
        assert resource.status == (told[0] if told else '')


def test_the_user_is_known(recording: tape.Recording, found: dict[str, Resource]) -> None:
    for _one, resource in made(recording, found):
        if resource.body.get('user_id'):
            assert resource.user_id == resource.body['user_id']


def test_the_declared_keys_are_real(service: ResourceService, recording: tape.Recording,
                                    found: dict[str, Resource]) -> None:
    """A key that a class declares, other than the default, is one that the cloud tells."""
    for _one, resource in made(recording, found):
        for name in ('id_key', 'name_key', 'project_key', 'user_key', 'created_key',
                     'status_key', 'parent_key'):
            key = getattr(service, name)
            if (recording.kind, key) not in OPTIONAL and key != getattr(ResourceService, name):
                assert key in resource.body, f'{name} = {key!r}'
        for setting in service.settings:
            if (recording.kind, setting) in OPTIONAL:
                continue
            assert setting in resource.body, f'settings: {setting!r}'


def test_what_was_listed_can_be_asked_for_in_detail(
    service: ResourceService, recording: tape.Recording, found: dict[str, Resource],
) -> None:
    for _one, resource in made(recording, found):
        assert service.expand(resource).key == resource.key


def test_what_was_made_by_a_test_is_not_the_systems(
    service: ResourceService, recording: tape.Recording, found: dict[str, Resource],
) -> None:
    """Point 4 the other way round: what a run leaves is not protected by mistake."""
    for _one, resource in made(recording, found):
        if recording.kind != 'ports':
            assert bool(service.protects(resource)) == (recording.kind in STANDING)


def test_settings_survive_a_comparison(
    service: ResourceService, recording: tape.Recording, found: dict[str, Resource],
) -> None:
    """Listed twice, the same cloud has no drift."""
    again = {r.id: r for r in service.discover(recording.tenant)}
    assert again == found
    if isinstance(service, Quotas):
        assert all(resource.settings for resource in found.values())


SECRETS = re.compile(r'-----BEGIN|"password"|populate-secret|X-Auth-Token|gAAAA', re.IGNORECASE)


@pytest.mark.parametrize('path', sorted(tape.FOLDER.glob('*.json')), ids=lambda p: p.stem)
def test_no_secret_is_recorded(path: pathlib.Path) -> None:
    """Point 11."""
    assert not SECRETS.search(path.read_text(encoding='utf-8'))
