"""Random histories: whatever a run does to a cloud, the clean-up puts it back."""
import itertools
import pathlib
import tempfile
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.testing import SimulatedCloud
from tempest_cleanup.testing.simulation.tenants import Tenant
from tests.sim.harm import changes
from tests.sim.leaks import OF_PROJECTS, OF_USERS
from tests.sim.runs import Workspace, deleted_of, to_go

Made = list[tuple[str, str]]

#: Kinds that stand on their own, or on a network, a volume or a router of the project.
FREE = ('images', 'volumes', 'networks', 'routers', 'security_groups', 'server_groups',
        'floatingips', 'keypairs', 'stacks', 'address_groups', 'qos_policies', 'subnetpools',
        'application_credentials', 'credentials', 'aggregates', 'flavors', 'volume_types',
        'volume_qos', 'group_types', 'volume_groups', 'roles', 'users', 'groups', 'domains',
        'projects', 'regions', 'metering_labels', 'backups', 'trusts')
NEEDS = {'servers': 'networks', 'ports': 'networks', 'subnets': 'networks',
         'snapshots': 'volumes', 'volume_attachments': 'volumes',
         'metering_label_rules': 'metering_labels', 'security_group_rules': 'security_groups'}
PARENT = {'servers': 'networks', 'ports': 'network_id', 'subnets': 'network_id',
          'snapshots': 'volume_id', 'volume_attachments': 'volume_id',
          'metering_label_rules': 'metering_label_id',
          'security_group_rules': 'security_group_id'}
QUOTAS = {'compute_quotas': 'cores', 'volume_quotas': 'volumes', 'network_quotas': 'network'}
#: Histories; each takes about a second. `tox -e breaking` plays more.
WHOLE_RUNS = 100 if settings.get_current_profile_name() == 'breaking' else 20
#: What a test run can take away from a cloud that was saved.
REMOVABLE = ('images', 'keypairs', 'floatingips', 'aggregates', 'server_groups')

steps = st.lists(st.tuples(
    st.sampled_from(('create', 'create', 'create', 'project', 'delete', 'quota')),
    st.sampled_from((*FREE, *NEEDS)), st.integers(0, 5), st.sampled_from(tuple(QUOTAS))),
    min_size=5, max_size=40)


class History:
    """What happens in a cloud, one step after another."""

    def __init__(self, cloud: SimulatedCloud, name: str) -> None:
        self._cloud = cloud
        self._name = name
        self._count = itertools.count()
        self.tenants: list[Tenant] = [self._tenant()]
        self.made: Made = []

    def _tenant(self) -> Tenant:
        return self._cloud.make_project(f'{self._name}-{next(self._count)}', servers=1,
                                        volumes=1, keypairs=1)

    def play(self, chosen: list[tuple[str, str, int, str]]) -> None:
        for what, kind, number, quota in chosen:
            tenant = self.tenants[number % len(self.tenants)]
            if what == 'project':
                self.tenants.append(self._tenant())
            elif what == 'quota':
                self._cloud.create(quota, project_id=tenant.project_id,
                                   **{QUOTAS[quota]: 50 + number})
            elif what == 'delete' and self.made:
                self._delete(self.made.pop(number % len(self.made)))
            else:
                self.made.append((kind, self._create(kind, tenant)))

    def _create(self, kind: str, tenant: Tenant) -> str:
        attributes: dict[str, Any] = {'name': f'{self._name}-{next(self._count)}'}
        if kind in ('trusts', 'credentials', 'regions', 'metering_label_rules', 'floatingips',
                    'security_group_rules', 'volume_attachments'):
            attributes.clear()
        if kind in OF_PROJECTS:
            attributes['project_id'] = tenant.project_id
        if kind in OF_USERS:
            attributes['user_id'] = tenant.user_id
        if kind == 'backups':
            attributes['volume_id'] = tenant.volumes[0]
        if kind in NEEDS:
            parent = self._create(NEEDS[kind], tenant)
            attributes[PARENT[kind]] = [parent] if kind == 'servers' else parent
        if kind == 'subnets':
            attributes['cidr'] = f'10.{next(self._count) % 250}.0.0/24'
        return self._cloud.create(kind, **attributes)

    def _delete(self, made: tuple[str, str]) -> None:
        if self._cloud.get(*made):
            self._cloud.delete(*made)


@given(before=steps, after=steps, in_old=st.booleans(),
       lost=st.lists(st.sampled_from(REMOVABLE), max_size=2, unique=True))
# A failing history is not made smaller: that takes minutes.
@settings(max_examples=WHOLE_RUNS, deadline=None, database=None, phases=[Phase.generate],
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_cloud_is_as_it_was(before: Any, after: Any, in_old: bool, lost: list[str]) -> None:
    """Saved, played with, cleaned: equal but for what was removed; nothing saved was deleted."""
    with SimulatedCloud() as cloud, tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(cloud, pathlib.Path(folder))
        old = History(cloud, 'old')
        old.play(before)
        workspace.save()
        wanted = cloud.snapshot()
        cloud.reset_requests()
        new = History(cloud, 'tempest')
        if in_old:
            new.tenants += old.tenants
        new.play(after)
        gone = remove(cloud, wanted, lost)

        planned = to_go(workspace.look())
        assert changes(cloud.requests) == [], 'a dry run reads'
        report = workspace.clean()

        assert [str(o) for o in report.failures()] == []
        assert not deleted_of(cloud, wanted)
        assert to_go(report) <= planned
        assert cloud.snapshot() == wanted
        assert report.exit_code() is (ExitCode.LEFT if gone else ExitCode.CLEAN)
        assert {r.key for r in report.drift.removed} == set(gone)

        cloud.reset_requests()
        workspace.clean()
        assert changes(cloud.requests) == [], 'a second run changes nothing'


def remove(cloud: SimulatedCloud, wanted: dict[str, Any], kinds: list[str]) -> Made:
    """Take away something that was saved, of each of these kinds; `wanted` learns of it."""
    gone = []
    for kind in kinds:
        names = {key: row.get('name', '') for key, row in wanted.get(kind, {}).items()}
        for key in [k for k, name in names.items() if str(name).startswith('old')][:1]:
            cloud.delete(kind, key)
            del wanted[kind][key]
            if not wanted[kind]:
                del wanted[kind]
            gone.append((kind, key))
    return gone
