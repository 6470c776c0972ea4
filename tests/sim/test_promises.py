"""The twelve points that must always hold (doc: design), against a whole cloud.

Points 9 and 11 have modules of their own: test_killed, test_secrets.
"""
import datetime

import pytest

from tempest_cleanup.context import Filters
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Key, Seen, Status
from tests.sim.conftest import MakeWorkspace
from tests.sim.leaks import full_project, one_of_everything
from tests.sim.runs import Workspace, deletes, is_grant, to_go

#: Lists that a service can fail: (request, kind).
LISTS = [('GET /compute/v2.1/servers/detail', 'servers'),
         ('GET /network/v2.0/networks', 'networks'),
         ('GET /volume/v3/[0-9a-f]*/snapshots/detail', 'snapshots'),
         ('GET /image/v2/images', 'images'), ('GET /identity/v3/users[?]?$', 'users'),
         ('GET /identity/v3/roles[?]?$', 'roles')]


def test_1_what_no_filter_can_answer_is_kept(workspace: Workspace) -> None:
    """Point 1: no age, no known project, no name: kept, with that reason."""
    cloud = workspace.cloud
    workspace.save()
    project = cloud.make_project('tempest-a', networks=0).project_id
    user = cloud.create('users', name='ageless')
    address = cloud.create('floatingips')
    region = cloud.create('regions')
    by_age = workspace.look(filters=Filters(
        created_before=datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=1)))
    by_project = workspace.look(filters=Filters(projects=frozenset((project,))))
    by_name = workspace.look(filters=Filters(prefix='tempest-'))

    def reason(kind: str, identifier: str) -> str:
        return next(d.reason for d in by.decisions if d.resource.key == (kind, identifier)
                    and d.action is Action.KEEP)

    by = by_age
    assert reason('users', user) == 'its age is not known'
    assert Key('floatingips', address) in to_go(by)
    by = by_project
    assert reason('regions', region) == 'it is not known to be in that project'
    assert Key('projects', project) in to_go(by)
    by = by_name
    assert reason('regions', region).startswith('its name does not start with')
    assert Key('projects', project) in to_go(by)


def test_1_kinds_that_the_saved_state_does_not_know_are_kept(workspace: Workspace) -> None:
    """Point 1: as after an upgrade, or with a plugin that was not there before."""
    workspace.save(without='aggregates')
    aggregate = workspace.cloud.create('aggregates', name='whose?')
    report = workspace.clean()
    assert workspace.cloud.get('aggregates', aggregate)
    assert [d.reason for d in report.kept() if d.resource.kind == 'aggregates'] == [
        'the saved state does not know aggregates']


@pytest.mark.parametrize(('request_line', 'kind', 'trouble'), [
    (*which, trouble) for which in LISTS for trouble in ('501', '403', 'garbage', 'truncated')
    # Of these services only Keystone says that it has cut a list.
    if trouble != 'truncated' or '/identity/' in which[0]])
def test_2_a_kind_that_is_not_seen_now_is_not_deleted_from(
    workspace: Workspace, request_line: str, kind: str, trouble: str,
) -> None:
    """Point 2: a failed or truncated listing is not an empty one, nor a whole one."""
    cloud = workspace.cloud
    full_project(cloud, 'old')
    before = cloud.snapshot()
    workspace.save()
    full_project(cloud, 'tempest-new')
    for name in ('images', 'roles'):
        cloud.create(name, name='leak')
    leaked = set(cloud.ids(kind)) - set(before[kind])
    if trouble == 'truncated':
        cloud.settings.identity_list_limit = 3
    elif trouble == 'garbage':
        cloud.fault(request_line, garbage=True)
    else:
        cloud.fault(request_line, status=int(trouble))
    report = workspace.clean()
    assert report.exit_code() in (ExitCode.UNSEEN, ExitCode.LEFT)
    assert kind in {c.kind for c in report.blind}
    assert leaked <= set(cloud.ids(kind)), 'what could be seen of it is not all'
    now = cloud.snapshot()
    assert {k: set(before[k]) - set(now.get(k, ())) for k in before
            if set(before[k]) - set(now.get(k, ()))} == {}


@pytest.mark.parametrize(('request_line', 'kind'), LISTS[:4])
def test_2_a_kind_that_was_not_seen_before_is_not_deleted_from(
    workspace: Workspace, request_line: str, kind: str,
) -> None:
    """Point 2, of the saved state: what is new may have been there, unseen."""
    cloud = workspace.cloud
    full_project(cloud, 'old')
    before = set(cloud.ids(kind))
    cloud.fault(request_line, status=501)
    assert not all(c.whole for c in workspace.save().coverage)
    cloud.clear_faults()
    cloud.create('aggregates', name='leak')
    workspace.clean()
    assert set(cloud.ids(kind)) == before
    assert cloud.ids('aggregates') == [], 'what was seen completely is cleaned'


def test_2_a_domain_with_a_backend_of_its_own_is_seen(make_workspace: MakeWorkspace) -> None:
    """Point 2: a listing that names no domain shows but one, and does not say so."""
    workspace = make_workspace(domain_drivers=True)
    cloud = workspace.cloud
    domain = cloud.create('domains', name='ldap')
    cloud.create('users', name='old', domain_id=domain)
    before = cloud.snapshot()
    workspace.save()
    user = cloud.create('users', name='tempest-u', domain_id=domain)
    group = cloud.create('groups', name='tempest-g', domain_id=domain)
    cloud.create('group_memberships', group_id=group, user_id=user)
    cloud.create('keypairs', name='tempest-k', user_id=user)
    report = workspace.clean()
    assert {d.resource.kind for d in report.decisions if d.action is Action.DELETE} == {
        'users', 'groups', 'group_memberships', 'keypairs'}
    assert cloud.snapshot() == before


@pytest.mark.parametrize('status', [400, 404])
def test_2_limits_that_could_not_be_seen_before_are_not_reset(
    workspace: Workspace, status: int,
) -> None:
    """Point 2: a project that Keystone lists has limits, whatever Nova says meanwhile."""
    cloud = workspace.cloud
    project = cloud.make_project('base', networks=0).project_id
    cloud.create('compute_quotas', cores=77, project_id=project)
    cloud.fault('GET /compute/.*os-quota-sets', status=status)
    workspace.save()
    cloud.clear_faults()
    cloud.create('aggregates', name='leak')
    workspace.clean()
    assert cloud.ids('compute_quotas') == [project]
    assert cloud.ids('aggregates') == [], 'what was seen completely is cleaned'


def test_2_a_service_that_is_gone_from_the_catalog_takes_nothing_along(
    workspace: Workspace,
) -> None:
    """Point 2: absent now, and there before: its resources may be anywhere."""
    cloud = workspace.cloud
    workspace.save()
    tenant = cloud.make_project('tempest-a', volumes=1)
    for endpoint in cloud.ids('endpoints'):
        if '/volume/' in (cloud.get('endpoints', endpoint) or {})['url']:
            cloud.delete('endpoints', endpoint)
    report = workspace.clean()
    assert report.exit_code() in (ExitCode.UNSEEN, ExitCode.LEFT)
    assert 'volumes' in {c.kind for c in report.blind if c.seen is Seen.VANISHED}
    assert cloud.get('volumes', tenant.volumes[0])
    assert cloud.get('projects', tenant.project_id), 'it may still own volumes'


def test_3_a_dry_run_changes_nothing_and_is_what_the_real_run_does(
    workspace: Workspace,
) -> None:
    """Point 3: what is deleted is what was shown; the same code decides."""
    cloud = workspace.cloud
    one_of_everything(cloud, 'neighbour', full_project(cloud, 'old'))
    before = cloud.snapshot()
    workspace.save()
    one_of_everything(cloud, 'leak', full_project(cloud, 'tempest-new'))
    leaked = cloud.snapshot()
    cloud.reset_requests()
    shown = workspace.look()
    changing = [r for r in cloud.requests if r.method not in ('GET', 'HEAD')
                and not r.target.endswith('/auth/tokens') and not is_grant(r.target)]
    assert changing == []
    assert cloud.snapshot() == leaked
    done = workspace.clean()
    assert to_go(done) == to_go(shown)
    assert {o.resource.key for o in done.outcomes or () if o.ok} == to_go(shown)
    assert cloud.snapshot() == before


def test_5_accepted_is_not_deleted(workspace: Workspace) -> None:
    """Point 5: a service says yes to everything, and does nothing."""
    cloud = workspace.cloud
    workspace.save()
    network = cloud.create('networks', name='undead')
    volume = cloud.create('volumes', name='stuck')
    cloud.fault('DELETE /network/v2.0/networks', status=204)
    cloud.stick('volumes', volume)
    report = workspace.clean(timeout=2)
    failed = {o.resource.id: o.status for o in report.failures()}
    assert failed.pop(network) is failed.pop(volume) is Status.FAILED
    assert {o.resource.kind for o in report.failures()} == {'networks', 'volumes', 'segments'}
    assert report.exit_code() is ExitCode.LEFT


def test_6_one_failure_stops_nothing_else_and_shows(workspace: Workspace) -> None:
    """Point 6: one object of each service is refused for ever; all others go."""
    cloud = workspace.cloud
    workspace.save()
    one_of_everything(cloud, 'leak', full_project(cloud, 'tempest-new'))
    stays = {'aggregates': cloud.create('aggregates', name='stays'),
             'images': cloud.create('images', name='stays'),
             'address_scopes': cloud.create('address_scopes', name='stays'),
             'volume_types': cloud.create('volume_types', name='stays'),
             'groups': cloud.create('groups', name='stays')}
    cloud.fault('DELETE .*(' + '|'.join(stays.values()) + ')$', status=501)
    report = workspace.clean()
    assert {o.resource.kind: o.resource.id for o in report.failures()} == stays
    assert {o.status for o in report.failures()} == {Status.FAILED}
    left = workspace.look()
    assert to_go(left) == {Key(kind, identifier) for kind, identifier in stays.items()}
    assert report.exit_code() is ExitCode.LEFT


def test_7_dependents_first(make_workspace: MakeWorkspace) -> None:
    """Point 7: in a cloud that deletes slowly, hardly a request is refused."""
    workspace = make_workspace(
        server_delete_time=0.5, volume_delete_time=0.3, stack_delete_time=0.5)
    cloud = workspace.cloud
    workspace.save()
    tenants = [cloud.make_project(f'tempest-{number}', servers=2, volumes=2, snapshots=2,
                                  floating_ips=1, keypairs=1) for number in range(3)]
    cloud.create('stacks', name='stack')
    cloud.reset_requests()
    assert workspace.clean().exit_code() is ExitCode.CLEAN
    refused = [r for r in cloud.requests if r.status in (400, 403, 409)]
    assert refused == []
    order = deletes(cloud)
    for tenant in tenants:
        contents = (*tenant.servers, *tenant.volumes, *tenant.snapshots, *tenant.networks,
                    *tenant.routers, *tenant.floating_ips)
        when = {i: next(n for n, target in enumerate(order) if i in target) for i in contents}
        project = next(n for n, target in enumerate(order)
                       if f'projects/{tenant.project_id}' in target)
        assert project > max(when.values())


def test_8_a_run_ends_though_nothing_moves(workspace: Workspace) -> None:
    """Point 8: stuck, refused, never answered as promised: an end, and soon."""
    cloud = workspace.cloud
    workspace.save()
    tenant = cloud.make_project('tempest-a', servers=1, volumes=1)
    cloud.stick('servers', tenant.servers[0])
    cloud.stick('volumes', tenant.volumes[0], 'error')
    cloud.fault('DELETE /network/v2.0/security-groups', status=409)
    report = workspace.clean(timeout=3)
    assert report.exit_code() is ExitCode.LEFT
    assert report.seconds < 40


def test_12_a_run_says_what_it_did_not_see(workspace: Workspace) -> None:
    """Point 12: every listing that was not whole, with its reason."""
    cloud = workspace.cloud
    workspace.save()
    cloud.fault('GET /network/v2.0/trunks', status=403)
    cloud.fault('GET /image/v2/metadefs/namespaces', garbage=True)
    report = workspace.clean()
    # What is in a namespace is found through it.
    assert {c.kind: c.seen for c in report.blind} == {
        'trunks': Seen.FORBIDDEN, 'metadef_namespaces': Seen.FAILED,
        **dict.fromkeys(('metadef_objects', 'metadef_properties', 'metadef_resource_types',
                         'metadef_tags'), Seen.FAILED)}
    assert all(c.detail for c in report.blind)
    assert report.exit_code() is ExitCode.UNSEEN
