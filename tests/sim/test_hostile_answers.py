"""A service whose answers are not what its API promises: nothing wrong is done, all is told."""
import json
import xml.etree.ElementTree

import pytest

from tempest_cleanup.errors import ExitCode
from tests.faulty_proxy import Dice, FaultyProxy, Harm
from tests.sim.conftest import MakeWorkspace
from tests.sim.harm import harmed
from tests.sim.trial import Trial, leave

#: The simulated services are quick.
OPTIONS = ('--timeout', '5', '--settle', '0')
REPORTS = ('r.json', 'r.html', 'r.xml', 'r.subunit', 'r.md')


@pytest.mark.seeds(12)
def test_what_can_not_be_understood_is_told_and_harms_nothing(
    make_workspace: MakeWorkspace, seed: int,
) -> None:
    """Cleaned, every third time also saved, with odd answers; then without: all is as it was."""
    workspace = make_workspace(stacks_of_all_projects=seed % 2 == 0)
    # Of what is missing in a saved state nobody can know that it was there.
    saving, cleaning = frozenset((Harm.MANGLED,)), frozenset((Harm.MANGLED, Harm.INCOMPLETE))
    dice = Dice(seed, cleaning if seed % 3 else saving, (1, 3, 10)[seed % 4 % 3])
    print(dice)
    with FaultyProxy(workspace.cloud.auth_url, dice) as proxy:
        trial = Trial(workspace, proxy)
        trial.wrong = ('DELETE',)
        if seed % 3 == 0:
            saved = trial.run('--init-saved-state', '--saved-state', 'odd.json')
            assert saved.code in (ExitCode.CLEAN, ExitCode.USAGE, ExitCode.UNSEEN), saved
        workspace.save()
        leave(trial.cloud, trial.old)

        assert not harmed(trial.cloud, trial.wanted, but=('compute_quotas',))
        options = [part for name in REPORTS for part in ('--report', name)]
        usable = (workspace.folder / 'odd.json').exists()
        cleaned = trial.run(*(('--saved-state', 'odd.json') if usable else ('--preserve-state',)),
                            *OPTIONS, *options, '--history', 'history.sqlite')
        check_reports(trial)
        if not usable:
            # What is misread may be put back to what it is.
            assert harmed(trial.cloud, trial.wanted, but=('compute_quotas',)) == set(), cleaned
            trial.check_honest(cleaned, 'r.json')
        print(f'{cleaned.code}, {len(proxy.harmed)} of {len(proxy.done)} answers were odd')

        assert workspace.clean().exit_code() is ExitCode.CLEAN
        assert trial.cloud.snapshot() == trial.wanted


def check_reports(trial: Trial) -> None:
    """What is written can be read by what is made for it."""
    folder = trial.workspace.folder
    if (folder / 'r.json').exists():
        json.loads((folder / 'r.json').read_text(encoding='utf-8'))
        xml.etree.ElementTree.parse(folder / 'r.xml')
        for name in ('r.html', 'r.md'):
            text = (folder / name).read_text(encoding='utf-8')
            assert not {'\x1b', '\x00', '\u202e'} & set(text)
            assert '<script>alert' not in text
