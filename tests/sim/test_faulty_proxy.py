"""Every service behind a proxy that does harm at random: nothing wrong is done, all is told."""
import pytest

from tempest_cleanup.errors import ExitCode
from tests.faulty_proxy import Dice, FaultyProxy
from tests.sim.conftest import MakeWorkspace
from tests.sim.trial import OPTIONS, Trial, leave


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
