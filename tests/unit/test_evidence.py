"""What each service is asked about a resource, and what its answer becomes."""
import datetime
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Body, Evidence, Resource
from tempest_cleanup.services.telling import brief
from tests.unit.clouds import CLASSES

Answers = Mapping[str, Body]
AT = '2026-11-26T12:03:52.000000'


class Service:
    """Answers GETs by their path, and can do nothing else."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked: list[tuple[str, Any]] = []

    def rest(self, service_type: str, tenant: Any = None) -> 'Service':
        return self

    def rest_of(self, service_type: str, project: str) -> 'Service':
        return self

    def able(self, _what: str, ask: Callable[[], bool]) -> bool:
        return ask()

    def get(self, path: str, query: Any = None, **_more: Any) -> Body:
        self.asked.append((path, query))
        if path not in self._answers:
            raise errors.NotFound('no such thing', status=404, request=f'GET {path}')
        return self._answers[path]


def told(kind: str, body: Body, answers: Answers | None = None, status: str = 'ACTIVE',
         ) -> list[Evidence]:
    service = Service({'stacks': {'stacks': []}, **(answers or {})})
    return list(CLASSES[kind](cast(Cloud, service)).evidence(
        Resource(kind, 'x1', 'its-name', status=status, body=body)))


def facts(found: list[Evidence]) -> list[str]:
    return [e.fact for e in found]


ACTIONS: Answers = {'servers/x1/os-instance-actions': {'instanceActions': [
    {'action': 'delete', 'request_id': 'req-2', 'start_time': AT, 'user_id': 'u1',
     'message': 'Error'},
    {'action': 'create', 'request_id': 'req-1', 'start_time': '2026-11-26T12:03:40.000000',
     'user_id': 'u1', 'message': None}]},
    'servers/x1/os-instance-actions/req-2': {'instanceAction': {
        'request_id': 'req-2', 'events': [
            {'event': 'compute_terminate_instance', 'result': 'Error', 'host': 'h1',
             'finish_time': AT, 'traceback': '  File "utils.py", line 1\n    raise NoDisk(it)\n'},
            {'event': 'other', 'result': 'Success', 'traceback': None}]}}}


def test_a_server_in_error() -> None:
    found = told('servers', {
        'updated': '2026-11-26T12:03:53Z', 'OS-EXT-STS:task_state': None, 'locked': True,
        'OS-EXT-SRV-ATTR:host': 'h1', 'OS-EXT-SRV-ATTR:user_data': 'secret',
        'fault': {'code': 500, 'created': '2026-11-26T12:03:53Z', 'message': 'No disk',
                  'details': 'Traceback\n  File "x"\nnova.exception.NoDisk: none left\n'}},
        ACTIONS, 'ERROR')
    assert facts(found) == [
        'its status is ERROR', 'OS-EXT-SRV-ATTR:host: h1', 'locked: true',
        'fault 500: No disk (nova.exception.NoDisk: none left)',
        'create was asked for by user u1', 'delete was asked for by user u1: Error',
        'compute_terminate_instance failed on h1: raise NoDisk(it) (File "utils.py", line 1)']
    assert [e.request_id for e in found if e.request_id] == ['req-1', 'req-2', 'req-2']
    assert [e.fact for e in found if e.failure] == [facts(found)[n] for n in (3, 5, 6)]
    assert found[0].at == datetime.datetime(2026, 11, 26, 12, 3, 53, tzinfo=datetime.UTC)


MESSAGE = {'user_message': 'delete volume:Driver failed.', 'message_level': 'ERROR',
           'created_at': AT, 'request_id': 'req-7'}


@pytest.mark.parametrize(('kind', 'key', 'who'), [
    ('volumes', 'resource_uuid', 'block-storage'), ('snapshots', 'resource_uuid', 'block-storage'),
    ('shares', 'resource_id', 'shared-file-system')])
def test_messages_are_asked_for_by_the_resource_and_never_of_all_tenants(
    kind: str, key: str, who: str,
) -> None:
    service = Service({'messages': {'messages': [MESSAGE]}})
    found = list(CLASSES[kind](cast(Cloud, service)).evidence(Resource(kind, 'x1')))
    assert facts(found) == [f'{who} says: delete volume:Driver failed.']
    assert found[0].failure
    assert found[0].request_id == 'req-7'
    assert service.asked == [('messages', {key: 'x1'})]


def test_a_backup_tells_why_it_failed() -> None:
    found = told('backups', {'fail_reason': 'Service down'}, {'messages': {'messages': []}})
    assert [e.fact for e in found if e.failure] == ['fail_reason: Service down']


def test_a_stack_tells_the_resource_that_failed() -> None:
    events = [
        {'resource_name': 'net', 'resource_status': 'DELETE_IN_PROGRESS'},
        {'resource_name': 'net', 'physical_resource_id': 'n1', 'resource_status': 'DELETE_FAILED',
         'resource_status_reason': 'Conflict: in use', 'event_time': '2026-11-26T12:03:52Z'}]
    found = told('stacks', {'stack_status_reason': 'Resource DELETE failed'},
                 {'stacks/its-name/x1/events': {'events': events}}, 'DELETE_FAILED')
    assert facts(found) == ['its status is DELETE_FAILED', 'its reason: Resource DELETE failed',
                            'net n1 DELETE_FAILED: Conflict: in use']
    assert [e.failure for e in found] == [False, True, True]


def test_a_stack_that_is_well_has_no_failure() -> None:
    found = told('stacks', {'stack_status_reason': 'Stack CREATE completed successfully'},
                 {'stacks/its-name/x1/events': {'events': []}}, 'CREATE_COMPLETE')
    assert not any(e.failure for e in found)


def test_a_load_balancer_tells_its_amphorae() -> None:
    found = told('loadbalancers', {'operating_status': 'OFFLINE'}, {'v2.0/octavia/amphorae': {}, (
        'v2/octavia/amphorae'): {'amphorae': [
            {'id': 'a1', 'status': 'ERROR', 'compute_id': 's1', 'updated_at': AT}]}}, 'ERROR')
    assert facts(found)[1:] == ['operating_status: OFFLINE',
                                'its amphora a1 is ERROR, server s1']
    assert found[-1].failure


def test_a_node_tells_its_history() -> None:
    found = told('baremetal_nodes', {'last_error': 'Failed to clean', 'fault': None}, {
        'nodes/x1/history': {'history': [
            {'event': 'Timeout', 'event_type': 'cleaning', 'severity': 'ERROR',
             'created_at': AT}]}}, 'clean failed')
    assert [e.fact for e in found if e.failure] == [
        'last_error: Failed to clean', 'cleaning: Timeout']


def test_an_image_tells_its_tasks() -> None:
    found = told('images', {'os_glance_failed_import': 'store1'}, {
        'images/x1/tasks': {'tasks': [
            {'type': 'import', 'status': 'failure', 'message': 'bad URL', 'updated_at': AT},
            {'type': 'import', 'status': 'success', 'message': ''}]}}, 'queued')
    assert [e.fact for e in found if e.failure] == [
        'os_glance_failed_import: store1', 'its task import ended with failure: bad URL']


def test_a_cluster_is_asked_for_what_its_listing_leaves_out() -> None:
    found = told('coe_clusters', {'stack_id': 'st1'}, {'clusters/x1': {
        'stack_id': 'st1', 'faults': {'0': 'no quota'}, 'status_reason': 'failed'}},
        'CREATE_FAILED')
    assert facts(found) == ['its status is CREATE_FAILED', 'stack_id: st1',
                            'faults: {"0": "no quota"}', 'status_reason: failed']


@pytest.mark.parametrize(('kind', 'body', 'fact'), [
    ('ports', {'device_owner': 'compute:nova', 'device_id': 's1'}, 'device_owner: compute:nova'),
    ('ports', {'binding:vif_type': 'binding_failed'}, 'binding:vif_type: binding_failed'),
    ('zones', {'action': 'DELETE'}, 'action: DELETE'),
    ('alarms', {'state_reason': 'no data'}, 'state_reason: no data'),
    ('orders', {'error_reason': 'no plugin'}, 'error_reason: no plugin'),
    ('workflow_executions', {'state_info': 'it failed'}, 'state_info: it failed'),
])
def test_what_a_listing_tells(kind: str, body: Body, fact: str) -> None:
    assert fact in facts(told(kind, body))


def test_what_was_told_before_an_error_stands() -> None:
    service = Service({})
    found = CLASSES['volumes'](cast(Cloud, service)).evidence(
        Resource('volumes', 'x1', status='error'))
    assert next(iter(found)).fact == 'its status is error'
    with pytest.raises(errors.NotFound):
        list(found)


def test_a_fact_is_one_line_of_a_length_to_read() -> None:
    assert brief('a\n  b\tc') == 'a b c'
    assert len(brief('x' * 5000)) == 400
    assert brief(['a', 1]) == '["a", 1]'


@pytest.mark.parametrize(('text', 'shown'), [
    ('mysql://nova:hunter2@db/nova is down', 'mysql://nova:***@db/nova is down'),
    ('ran: tool --user x --password=hunter2 go', 'ran: tool --user x --password=*** go'),
    ('{"auth": {"password": "hunter2"}}', '{"auth": {"password": "***"}}'),
    ('X-Auth-Token: gAAAAABhunter2-_x==', 'X-Auth-Token: ***'),
    ('with gAAAAABhunter2', 'with ***'),
    ('see http://host:8774/v2.1/servers', 'see http://host:8774/v2.1/servers'),
    ('the token is too old', 'the token is too old'),
])
def test_no_fact_has_what_looks_like_a_secret(text: str, shown: str) -> None:
    assert brief(text) == shown
