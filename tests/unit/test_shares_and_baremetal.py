"""What Manila's and Ironic's kinds do differently."""
from typing import Any, cast

import pytest

from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Change, Resource
from tempest_cleanup.services import (
    baremetal,
    shared_file_system,
    shared_file_system_settings,
)
from tempest_cleanup.services.base import ResourceService


class Asked:
    """A client that notes what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[Any, ...]] = []

    def __getattr__(self, method: str) -> Any:
        return lambda path, body=None, **_more: self.sent.append(
            (method, path, body, _more.get('query')))


def asked(kind: type[ResourceService], monkeypatch: pytest.MonkeyPatch,
          ) -> tuple[ResourceService, Asked]:
    rest = Asked()
    instance = kind(cast(Cloud, None))
    monkeypatch.setattr(instance, 'rest', lambda *_: rest)
    return instance, rest


def test_ironics_own_maintenance_is_no_setting() -> None:
    nodes = baremetal.Nodes(cast(Cloud, None))
    body = {'uuid': 'n', 'maintenance': True}
    assert nodes.resource(body, None).settings['maintenance'] is True
    assert 'maintenance' not in nodes.resource({**body, 'fault': 'power failure'}, None).settings


def test_the_settings_of_a_node_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes, rest = asked(baremetal.Nodes, monkeypatch)
    node = Resource('baremetal_nodes', 'n')
    nodes.restore(node, (
        Change(node, 'traits', ['CUSTOM_A'], []), Change(node, 'maintenance', False, True),
        Change(node, 'maintenance', True, False), Change(node, 'description', None, 'new')))
    assert rest.sent == [
        ('put', 'nodes/n/traits', {'traits': ['CUSTOM_A']}, None),
        ('delete', 'nodes/n/maintenance', None, None),
        ('put', 'nodes/n/maintenance', {}, None),
        ('patch', 'nodes/n', [{'op': 'remove', 'path': '/description'}], None)]


def test_a_share_of_a_group_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shares, rest = asked(shared_file_system.Shares, monkeypatch)
    shares.delete(Resource('shares', 's', body={'share_group_id': 'g'}))
    shares.delete(Resource('shares', 's', body={'share_group_id': None}))
    assert rest.sent == [('delete', 'shares/s', None, {'share_group_id': 'g'}),
                         ('delete', 'shares/s', None, {})]


def test_a_security_service_is_in_its_networks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    services, rest = asked(shared_file_system.SecurityServices, monkeypatch)
    service = Resource('security_services', 's')
    services.restore(service, (Change(service, 'share_networks', ['a', 'b'], ['b', 'c']),))
    assert [(path, list(body)) for _, path, body, _ in rest.sent] == [
        ('share-networks/c/action', ['remove_security_service']),
        ('share-networks/a/action', ['add_security_service'])]


@pytest.mark.parametrize(('kind', 'body'), [
    (shared_file_system_settings.ShareTypes, {'is_default': True}),
    (shared_file_system_settings.ShareGroupTypes, {'is_default': True}),
    (shared_file_system.ShareReplicas, {'replica_state': 'active'})])
def test_what_manila_needs_stays(kind: type[ResourceService], body: dict[str, Any]) -> None:
    instance = kind(cast(Cloud, None))
    assert instance.protects(Resource(kind.name, 'x', body=body))
    assert not instance.protects(Resource(kind.name, 'x', body={}))
