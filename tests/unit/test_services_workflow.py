"""Mistral and Aodh: what their hooks do beyond a plain request."""
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.model import Resource, Scope, Tenant
from tempest_cleanup.services.alarm import AlarmQuotas
from tempest_cleanup.services.workflow import ActionExecutions, Actions, Executions, Workbooks

HERE = Tenant(Scope.PROJECT, 'p', 'p')


class Service:
    """Answers from a table, and notes what it was sent."""

    def __init__(self, **lists: list[dict[str, Any]]) -> None:
        self._lists = lists
        self.sent: list[tuple[Any, ...]] = []

    def rest(self, service_type: str, tenant: Tenant | None = None) -> 'Service':
        return self

    def pages(self, path: str, key: str, query: Any = None, **_more: Any) -> list[dict[str, Any]]:
        wanted = (query or {}).get('namespace')
        return [one for one in self._lists[path]
                if wanted is None or one.get('namespace', '') == wanted]

    def get(self, path: str, query: Any = None, **_more: Any) -> dict[str, Any]:
        return {'workflow_execution_id': 'its-execution', 'quotas': self._lists.get('quotas')}

    def delete(self, path: str, query: Any = None, **_more: Any) -> None:
        self.sent.append(('DELETE', path, query))

    def post(self, path: str, body: Any) -> None:
        self.sent.append(('POST', path, body))


def as_cloud(service: Service) -> Cloud:
    return cast(Cloud, service)


def book(**more: Any) -> dict[str, Any]:
    return {'id': 'a', 'name': 'book', 'namespace': '', 'scope': 'private', 'project_id': 'p',
            **more}


def test_a_project_is_shown_its_own_workbooks() -> None:
    service = Service(workbooks=[book(), book(id='b', project_id='other')])
    assert [r.id for r in Workbooks(as_cloud(service)).discover(HERE)] == ['a']


def test_a_workbook_is_deleted_by_name_and_namespace() -> None:
    service = Service(workbooks=[book(namespace='n')])
    kind = Workbooks(as_cloud(service))
    kind.delete(kind.discover(HERE)[0])
    assert service.sent == [('DELETE', 'workbooks/book', {'namespace': 'n'})]


def test_a_public_workbook_of_the_same_name_is_not_deleted_along() -> None:
    service = Service(workbooks=[book(), book(id='b', project_id='other', scope='public')])
    kind = Workbooks(as_cloud(service))
    with pytest.raises(errors.Conflict, match='b is public'):
        kind.delete(kind.discover(HERE)[0])
    assert not service.sent


def test_an_execution_is_deleted_by_force() -> None:
    service = Service()
    Executions(as_cloud(service)).delete(Resource('workflow_executions', 'a', project_id='p'))
    assert service.sent == [('DELETE', 'executions/a', {'force': 'true'})]


def test_the_execution_of_an_action_is_found_through_its_task() -> None:
    kind = ActionExecutions(as_cloud(Service()))
    of_task = Resource('action_executions', 'a', project_id='p', body={'task_execution_id': 't'})
    assert kind.expand(of_task).body['workflow_execution_id'] == 'its-execution'
    alone = Resource('action_executions', 'a', project_id='p', body={'task_execution_id': None})
    assert kind.expand(alone) is alone


def test_actions_of_every_namespace_that_is_known() -> None:
    service = Service(workflows=[{'namespace': 'n'}], workbooks=[], actions=[
        {'id': '1', 'name': 'one', 'namespace': '', 'project_id': 'p'},
        {'id': '2', 'name': 'two', 'namespace': 'n', 'project_id': 'p'}])
    assert [r.id for r in Actions(as_cloud(service)).discover(None)] == ['1', '2']


def test_a_namespace_does_not_end_with_its_last_workflow() -> None:
    """Point 5: an action in it whose deletion has failed is not gone at the next look."""
    left = {'id': '2', 'name': 'two', 'namespace': 'n', 'project_id': 'p'}
    first = Actions(as_cloud(
        Service(workflows=[{'namespace': 'n'}], workbooks=[], actions=[left])))
    assert [r.id for r in first.discover(None)] == ['2']
    second, third = (Actions(as_cloud(Service(workflows=[], workbooks=[], actions=[left])))
                     for _ in range(2))
    for earlier, later in ((first, second), (second, third)):
        later.learn(earlier)
        assert [r.id for r in later.discover(None)] == ['2']


@pytest.mark.parametrize(('body', 'kept'), [
    ({'id': 'std.echo', 'name': 'std.echo', 'project_id': None}, True),
    ({'id': '1', 'name': 'std.wait_ssh', 'project_id': '<default-project>'}, True),
    ({'id': '1', 'name': 'x', 'project_id': 'p', 'is_system': True}, True),
    ({'id': 'mine', 'name': 'mine', 'project_id': 'p'}, True),
    ({'id': '1', 'name': 'mine', 'project_id': 'p'}, False)])
def test_the_actions_of_mistral_itself(body: dict[str, Any], kept: bool) -> None:
    """Point 4."""
    kind = Actions(as_cloud(Service()))
    assert bool(kind.protects(kind.resource(body, None))) is kept


@pytest.mark.parametrize(('limit', 'found'), [(-1, []), (7, [{'alarms': 7}])])
def test_alarm_quotas(limit: int, found: list[dict[str, int]]) -> None:
    kind = AlarmQuotas(as_cloud(Service(quotas=[{'resource': 'alarms', 'limit': limit}])))
    assert [r.settings for r in kind.discover(HERE)] == found
