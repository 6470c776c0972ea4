"""What every kind of resource promises. Subclass it for the kinds of your own package::

    from tempest_cleanup.testing.contract import ResourceServiceContract

    class TestMine(ResourceServiceContract):
        kinds = [LoadBalancers, Listeners]

pytest then runs every check for each of them. A kind may order itself by any installed one.
"""
import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from tempest_cleanup import services
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Resource, Scope, Tenant
from tempest_cleanup.services.base import EVERYTHING, ResourceService

try:
    import pytest
except ImportError as error:  # pragma: no cover
    raise ImportError('tempest_cleanup.testing.contract needs pytest') from error

#: Lower case, words joined by one underscore: the keys of saved_state.json.
NAME = re.compile(r'[a-z][a-z0-9]*(_[a-z0-9]+)*')
#: https://specs.openstack.org/openstack/service-types-authority/
SERVICE_TYPE = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*')
MICROVERSION = re.compile(r'\d+\.\d+')
#: A kind that overrides one of these has a trap that its docstring has to name.
HOOKS = ('find', 'identify', 'expand', 'protects', 'takes', 'deletion_failed', 'prepare_delete',
         'delete', 'restore')
#: Attributes by their type.
STRINGS = ('detail', 'collection', 'id_key', 'name_key', 'project_key', 'user_key',
           'created_key', 'status_key', 'updated_key', 'host_key', 'parent_key')
TUPLES = ('delete_after', 'delete_before', 'goes_with', 'kept_with', 'spared_by', 'holds',
          'settings', 'always',
          'reasons', 'details')
#: In the names of attributes whose values nobody may see.
SECRET = re.compile(r'pass|secret|token|credential|private|user_data|payload')
FLAGS = ('offset_paging', 'numbered', 'adopts', 'asynchronous', 'comes_back', 'tried')

#: A tenant of each scope, and which attribute of a resource it becomes.
TENANTS = {scope: Tenant(scope, f'{scope}-id', f'{scope}-name')
           for scope in (Scope.PROJECT, Scope.USER, Scope.DOMAIN)}

Kind = type[ResourceService]


class ResourceServiceContract:
    """Checks of declarations; nothing is sent."""

    #: The kinds to check.
    kinds: ClassVar[Sequence[Kind]] = ()

    def pytest_generate_tests(self, metafunc: 'pytest.Metafunc') -> None:
        """Run each check once per kind."""
        if 'kind' in metafunc.fixturenames:
            metafunc.parametrize('kind', self.kinds, ids=[k.__name__ for k in self.kinds])

    @property
    def known(self) -> dict[str, Kind]:
        """The kinds that the checked ones may order themselves by."""
        return services.load() | {kind.name: kind for kind in self.kinds}

    def instance(self, kind: Kind) -> ResourceService:
        """One without a cloud, which the checked parts do not need."""
        return kind(cast(Cloud, None))

    def body(self, kind: Kind) -> dict[str, Any]:
        """A member of a listing as the declared keys promise it. Override for another shape."""
        return {kind.project_key: 'its-project', kind.user_key: 'its-user',
                kind.status_key: 'ACTIVE', kind.created_key: '2026-11-22T07:17:00Z',
                kind.name_key: 'its-name', kind.id_key: 7 if kind.numbered else 'its-id',
                **dict.fromkeys(kind.settings, 'a-setting')}

    def test_names_are_unique(self) -> None:
        names = [kind.name for kind in self.kinds]
        assert len(names) == len(set(names))
        for kind in self.kinds:
            other = services.load().get(kind.name, kind)
            assert other is kind, f'{kind.name!r} is the name of {other} already'

    def test_name_is_sane(self, kind: Kind) -> None:
        assert NAME.fullmatch(kind.name), f'{kind.name!r}: lower case and underscores'
        assert NAME.fullmatch(kind.singular), f'{kind.singular!r}: lower case and underscores'
        assert kind.name != kind.singular

    def test_service_type_is_of_the_authority(self, kind: Kind) -> None:
        assert SERVICE_TYPE.fullmatch(kind.service_type), 'lower case and hyphens'
        assert not re.search(r'v\d+$', kind.service_type), 'a type has no version'

    def test_its_docstring_names_its_traps(self, kind: Kind) -> None:
        family = [cls for cls in kind.__mro__ if cls.__module__ == kind.__module__]
        told = [cls.__doc__ for cls in family if cls.__doc__]
        told += [doc for doc in (getattr(inspect.getmodule(kind), '__doc__', ''),) if doc]
        assert told, 'neither it nor its module say what it is'
        if any(hook in vars(kind) for hook in HOOKS):
            assert kind.__doc__, f'{kind.__name__} has hooks: say in a docstring why'
        if kind.__doc__:
            assert kind.__doc__.strip().split('\n')[0].rstrip().endswith('.'), (
                'a docstring begins with a sentence')

    def test_what_stays_changed_is_no_setting_and_has_a_reason(self, kind: Kind) -> None:
        assert not kind.stays_changed.keys() & set(kind.settings)
        assert all(kind.stays_changed.values())

    def test_path_is_relative(self, kind: Kind) -> None:
        for path in (kind.path, kind.detail.removeprefix('/')):
            assert not path.startswith('/')
            assert '?' not in path, 'a query belongs into `query`'
            assert '://' not in path
            assert path == path.strip().rstrip('/')
        assert not re.sub(r'{tenant}', '', kind.path).count('{'), 'knows {tenant} only'
        assert ('{tenant}' not in kind.path) or kind.scope is not Scope.CLOUD

    def test_attributes_have_their_types(self, kind: Kind) -> None:
        for name in STRINGS:
            assert isinstance(getattr(kind, name), str), name
        for name in TUPLES:
            value = getattr(kind, name)
            assert isinstance(value, tuple), f'{name} = {value!r}: is a comma missing?'
            assert all(isinstance(item, str) and item for item in value), name
            assert len(set(value)) == len(value), f'{name} names one twice'
        for name in FLAGS:
            assert isinstance(getattr(kind, name), bool), name
        assert isinstance(kind.failed, frozenset)
        assert isinstance(kind.scope, Scope)
        assert kind.token is None or isinstance(kind.token, Scope)
        assert all(isinstance(word, str) for item in kind.query.items() for word in item)
        assert kind.id_key

    def test_microversion_is_one(self, kind: Kind) -> None:
        assert kind.microversion is None or MICROVERSION.fullmatch(kind.microversion)

    def test_order_names_known_kinds(self, kind: Kind) -> None:
        allowed = {*self.known, EVERYTHING}
        for name in ('delete_after', 'delete_before', 'goes_with', 'kept_with', 'holds'):
            unknown = set(getattr(kind, name)) - allowed
            assert not unknown, f'{name} names unknown kinds: {sorted(unknown)}'

    def test_order_is_no_circle(self) -> None:
        services.check(self.known)

    def test_what_goes_with_it_does_not_go_before_it(self, kind: Kind) -> None:
        for owner in set(kind.goes_with) - {kind.name}:
            assert kind.name not in self.known[owner].goes_with, (
                f'{kind.name} and {owner} would go with each other')

    def test_failed_statuses_need_a_status(self, kind: Kind) -> None:
        if kind.failed:
            assert kind.asynchronous, 'only a deletion that goes on can fail later'
            assert kind.status_key

    def test_settings_can_be_restored(self, kind: Kind) -> None:
        if kind.settings or kind.comes_back:
            assert kind.update or kind.restore is not ResourceService.restore

    def test_reasons_are_no_secrets(self, kind: Kind) -> None:
        for name in (*kind.reasons, *kind.details):
            assert not SECRET.search(name), f'{name} would be told in reports'

    def test_a_status_is_told_with_its_time(self, kind: Kind) -> None:
        if kind.resource is ResourceService.resource:
            resource = self.instance(kind).resource(
                {**self.body(kind), kind.updated_key: '2026-11-22T07:17:00Z'},
                TENANTS.get(kind.scope))
            told = next(iter(self.instance(kind).evidence(resource)))
            assert told.fact == f'its status is {resource.status}'
            assert told.at is not None

    def test_resource_takes_what_the_keys_say(self, kind: Kind) -> None:
        resource = self._resource(kind)
        assert resource.kind == kind.name
        assert resource.id
        assert isinstance(resource.name, str)
        assert resource.created_at is None or resource.created_at.tzinfo is not None
        if kind.resource is ResourceService.resource:
            body = self.body(kind)
            assert resource.name == body[kind.name_key]
            assert resource.project_id == body[kind.project_key]
            assert resource.user_id == body[kind.user_key]
            assert resource.status == body[kind.status_key]
            assert set(resource.settings) == set(kind.settings)

    def test_resource_belongs_to_the_tenant_it_was_listed_in(self, kind: Kind) -> None:
        if kind.scope is Scope.CLOUD or kind.resource is not ResourceService.resource:
            return
        tenant = TENANTS[kind.scope]
        body = {key: value for key, value in self.body(kind).items()
                if key in (kind.id_key, kind.name_key)}
        found = self.instance(kind).resource(body, tenant)
        assert tenant.id in (found.project_id, found.user_id, found.domain_id)

    def test_nothing_in_a_body_is_taken_for_granted(self, kind: Kind) -> None:
        """A cloud that is older or newer than the kind still has to be listed."""
        if kind.resource is ResourceService.resource and kind.identify is ResourceService.identify:
            identifier = 7 if kind.numbered else 'its-id'
            resource = self.instance(kind).resource(
                {kind.id_key: identifier}, TENANTS.get(kind.scope))
            assert resource.id == str(identifier)
            assert isinstance(self.instance(kind).protects(resource), str)

    def test_protects_answers_in_words(self, kind: Kind) -> None:
        assert isinstance(self.instance(kind).protects(self._resource(kind)), str)

    def test_member_is_below_its_collection(self, kind: Kind) -> None:
        if kind.member is not ResourceService.member:
            return
        resource = Resource(kind.name, 'a/b c', 'x', 'project-id', 'user-id', 'domain-id')
        path = self.instance(kind).member(resource, 'action')
        assert path.startswith(kind.path.split('{')[0])
        assert path.endswith('/a%2Fb%20c/action'), 'an id is quoted'

    def test_hooks_have_the_right_signatures(self, kind: Kind) -> None:
        for name, default in inspect.getmembers(ResourceService, inspect.isfunction):
            if not name.startswith('_'):
                mine = _shape(inspect.signature(getattr(kind, name)).parameters)
                theirs = _shape(inspect.signature(default).parameters)
                assert mine == theirs, f'{name}{mine} is not {name}{theirs}'

    def _resource(self, kind: Kind) -> Resource:
        return self.instance(kind).resource(self.body(kind), TENANTS.get(kind.scope))


def _shape(parameters: Mapping[str, inspect.Parameter]) -> list[tuple[str, str]]:
    """How a function is called. A hook's one resource may have a better name."""
    return [('*' if p.kind is p.VAR_POSITIONAL else str(position), str(p.kind))
            for position, p in enumerate(parameters.values())]
