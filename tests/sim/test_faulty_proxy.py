"""Every service behind a proxy that does harm at random: nothing wrong is done, all is told."""
import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.testing import SimulatedCloud
from tempest_cleanup.testing.simulation.tenants import Tenant
from tests.faulty_proxy import Dice, FaultyProxy
from tests.sim.conftest import MakeWorkspace
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
        assert wronged(self.cloud.requests, self.wanted, but=('quota',)) == [], ended
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


@pytest.mark.seeds(8)
def test_the_end_is_the_saved_state_or_an_honest_exit_code(
    make_workspace: MakeWorkspace, seed: int,
) -> None:
    """Saved and cleaned through the proxy; then without it, and the cloud is as it was."""
    workspace = make_workspace(stacks_of_all_projects=seed % 2 == 0,
                               server_delete_time=0.2 * (seed % 3))
    dice = Dice(seed)
    print(dice)
    with FaultyProxy(workspace.cloud.auth_url, dice) as proxy:
        trial = Trial(workspace, proxy)
        saving = trial.run('--init-saved-state', '--saved-state', 'faulty.json')
        assert saving.code in (0, 2, 4), saving
        assert trial.direct('--init-saved-state').code == 0
        assert trial.cloud.snapshot() == trial.wanted
        leave(trial.cloud, trial.old)

        usable = (workspace.folder / 'faulty.json').exists() and seed % 4 == 1
        saved = ('--saved-state', 'faulty.json') if usable else ('--preserve-state',)
        cleaning = trial.run(*saved, *OPTIONS, '--report', 'faulty-report.json')
        if saved == ('--preserve-state',) or saving.code == ExitCode.CLEAN:
            trial.check_honest(cleaning, 'faulty-report.json')
        print(f'saved: {saving.code}, cleaned: {cleaning.code}, '
              f'{len(proxy.harmed)} of {len(proxy.done)} requests were harmed')

        assert trial.direct('--preserve-state', *OPTIONS).code == 0
        assert trial.cloud.snapshot() == trial.wanted
        # What it wrote in a hurry is whole, or not there.
        assert not [p.name for p in workspace.folder.iterdir() if p.name.startswith('.')]
