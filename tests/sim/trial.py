"""A cloud with things to keep, and a proxy in front of it that does harm: what every run owes."""
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.testing import SimulatedCloud
from tempest_cleanup.testing.simulation.tenants import Tenant
from tests.faulty_proxy import FaultyProxy
from tests.sim.harm import Snapshot, changes, left, told, wronged
from tests.sim.leaks import full_project
from tests.sim.runs import Ended, Workspace

#: No run may take longer, whatever the services do (seconds).
LONGEST = 400
OPTIONS = ('--timeout', '15', '--settle', '0')


class Trial:
    """A cloud, what is in it before the run, and a proxy in front of it."""

    def __init__(self, workspace: Workspace, proxy: FaultyProxy) -> None:
        self.workspace = workspace
        self.cloud = workspace.cloud
        self.proxy = proxy
        self.wrong: tuple[str, ...] = ('POST', 'PUT', 'PATCH', 'DELETE')
        self.old = full_project(self.cloud, 'old')
        self.cloud.create('stacks', name='old', project_id=self.old.project_id)
        self.wanted: Snapshot = self.cloud.snapshot()

    def run(self, *options: str) -> Ended:
        """Through the proxy: it ends, without a traceback, and harms nothing that is kept."""
        self.workspace.configure('identity', uri_v3=self.proxy.url)
        ended = self._ended(*options)
        assert ended.code in list(ExitCode), ended
        for fault_of_ours in ('Traceback', 'a fault of this program'):
            assert fault_of_ours not in ended.err + ended.out, ended
        return ended

    def direct(self, *options: str) -> Ended:
        """Past the proxy."""
        self.workspace.configure('identity', uri_v3=self.cloud.auth_url)
        return self._ended(*options)

    def _ended(self, *options: str) -> Ended:
        self.cloud.reset_requests()
        ended = self.workspace.start(*options).wait(LONGEST)
        wrongs = [(one.method, one.target) for one in wronged(
            self.cloud.requests, self.wanted, but=('quota',)) if one.method in self.wrong]
        assert not wrongs, (wrongs, ended)
        return ended

    def check_honest(self, ended: Ended, report: str) -> None:
        """0 is the saved state; with any other code all that is left is named, or unseen."""
        remains = left(self.cloud, self.wanted)
        if ended.code == ExitCode.CLEAN:
            assert remains == set(), ended
            return
        path = self.workspace.folder / report
        if not path.exists():
            assert 'tempest cleanup: ' in ended.err, ended
            assert not changes(self.cloud.requests), ('changed, and nothing told', ended)
            return
        shown = self.workspace.json(report)
        if any('there is no proof' in c['detail'] for c in shown['not_seen']):
            return  # it could not look again, and says so
        named, unseen = told(shown)
        lost = {(kind, key) for kind, key in remains - named
                if kind not in unseen and key not in ended.err}
        assert lost == set(), ended


def leave(cloud: SimulatedCloud, old: Tenant) -> None:
    """What a Tempest run leaves: a project, things in an old one, a changed setting."""
    tenant = full_project(cloud, 'tempest-a')
    cloud.create('stacks', name='tempest-stack', project_id=tenant.project_id)
    cloud.create('images', name='tempest-image')
    cloud.create('volumes', name='tempest-volume', project_id=old.project_id)
    cloud.create('compute_quotas', project_id=old.project_id, cores=3)
