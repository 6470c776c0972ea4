"""The package beside Tempest's oldest supported and newest version, by the real executables."""
import pathlib
import re

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.installed.conftest import CHECKOUT, Environment, entries

_OLDEST = re.search(r'^tempest>=(\S+)$', (CHECKOUT / 'requirements.txt').read_text(), re.M)
assert _OLDEST
#: What pip is told: exactly the version that requirements.txt begins with, and any.
VERSIONS = {'oldest': f'tempest=={_OLDEST[1]}', 'newest': 'tempest'}
#: An option that only ours has.
OURS = '--max-deletes'


@pytest.fixture(scope='module', params=VERSIONS.values(), ids=list(VERSIONS))
def tempest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
            ) -> Environment:
    """An environment with one version of tempest, and nothing of ours."""
    environment = Environment(tmp_path_factory.mktemp('environment') / 'venv')
    environment.install(request.param)
    return environment


def test_the_command_is_ours_once_installed(
    tempest: Environment, wheel: pathlib.Path, cloud: SimulatedCloud, workspace: pathlib.Path,
) -> None:
    """Before it is upstream's; after it help and runs are ours, and cliff warns of nothing."""
    before = tempest.run(workspace, 'tempest', 'help', 'cleanup')
    assert '--init-saved-state' in before
    assert OURS not in before

    version = tempest.run(workspace, 'tempest', '--version')
    tempest.install(str(wheel))
    assert tempest.run(workspace, 'tempest', '--version') == version, 'it was replaced'
    for command in ('tempest cleanup --help', 'tempest help cleanup', 'tempest-cleanup --help'):
        text = tempest.run(workspace, *command.split())
        assert OURS in text, command
        assert 'Exit codes:' in text, command
        assert not re.search(r'multiple|duplicate|warning|could not load', text, re.I), text

    saved = tempest.run(workspace, 'tempest', 'cleanup', '--init-saved-state')
    assert 'resources saved in saved_state.json' in saved
    project = cloud.make_project('leaked').project_id
    tempest.run(workspace, 'tempest', 'cleanup', '--dry-run')
    assert entries(workspace / 'dry_run.json')['projects'] == {project: 'leaked'}
    tempest.run(workspace, 'tempest', 'cleanup', '--preserve-state')
    tempest.run(workspace, 'tempest', 'cleanup', '--dry-run')
    assert entries(workspace / 'dry_run.json') == {}
    assert 'compute_quotas' in tempest.run(workspace, 'tempest', 'cleanup', 'types')
