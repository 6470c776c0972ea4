"""The command with a service's database in its hand: it touches it when it may, and only then."""
import pathlib

import pytest

from tempest_cleanup.remedies.databases import cinder, neutron
from tempest_cleanup.remedies.databases.cinder_usage import CinderUsages
from tempest_cleanup.remedies.saved_rows import NAME
from tests.sim.conftest import MakeWorkspace
from tests.sim.runs import Ended, Workspace
from tests.unit.remedies.services import Store

PASSWORD = 's3cr3t-database-password'
#: It is never opened: no remedy that is tried here needs it.
FAR = f'octavia = mysql+pymysql://octavia:{PASSWORD}@127.0.0.1:1/octavia'
FAST = ('--settle', '0', '--timeout', '20')


class Case:
    """A volume that goes to error_deleting each time, and Cinder's database with its row."""

    def __init__(self, workspace: Workspace, folder: pathlib.Path) -> None:
        self.workspace = workspace
        workspace.run('--init-saved-state', code=0)
        cloud = workspace.cloud
        self.volume = cloud.make_project('tempest-a', volumes=1).volumes[0]
        cloud.stick('volumes', self.volume, 'error')
        self.store = Store(folder, cinder.Volumes.schemas)
        self.store.insert('cinder', 'volumes', id=self.volume, status='error_deleting', size=1,
                          project_id='p', deleted=False, use_quota=True)
        connect(workspace, f'cinder = {self.store.urls["cinder"]}', FAR)

    def run(self, *options: str, code: int) -> Ended:
        return self.workspace.run(*options, *FAST, '--report', 'report.json', code=code)

    @property
    def row(self) -> str:
        return str(self.store.rows('cinder', 'SELECT status FROM volumes')[0][0])

    @property
    def saved(self) -> bool:
        return (self.workspace.folder / NAME).exists()

    def steps(self) -> list[str]:
        decisions = self.workspace.json('report.json')['decisions']
        return [step['remedy'] for d in decisions if d['id'] == self.volume
                for step in d['outcome']['steps'] if 'database' in step['remedy']]


def connect(workspace: Workspace, *lines: str) -> None:
    """Name databases in tempest.conf."""
    with workspace.conf.open('a', encoding='utf-8') as file:
        file.write('\n[cleanup]\n' + ''.join(f'database_connection = {x}\n' for x in lines))


@pytest.fixture
def case(make_workspace: MakeWorkspace, tmp_path: pathlib.Path) -> Case:
    return Case(make_workspace(), tmp_path)


@pytest.mark.parametrize('options', [(), ('--database-remedies', '--no-remedies')])
def test_without_a_word_the_database_is_left_alone(case: Case, options: tuple[str, ...]) -> None:
    case.run('--preserve-state', *options, code=1)
    assert not case.steps()
    assert (case.row, case.saved) == ('error_deleting', False)


def test_with_it_the_row_is_changed_and_the_cloud_has_the_last_word(case: Case) -> None:
    """A listing still shows the volume (this cloud knows nothing of that database): it is not
    deleted, whatever was done. The password is nowhere."""
    done = case.run('--preserve-state', '--database-remedies', '--debug', code=1)
    assert case.steps() == ['is marked as deleted in the database of Cinder']
    assert (case.row, case.saved) == ('deleted', True)
    assert 'Remedies that were tried' in done.out
    for path in case.workspace.folder.parent.rglob('*'):
        if path.is_file() and path != case.workspace.conf:
            assert PASSWORD not in path.read_text(errors='replace'), path


def test_a_dry_run_shows_it_and_writes_nothing(case: Case) -> None:
    case.workspace.run('--preserve-state', *FAST, code=1)
    shown = case.run('--dry-run', '--database-remedies', code=0)
    assert 'cinder: UPDATE volumes SET' in shown.out
    assert 'status=error_deleting' in shown.out
    preview, = case.workspace.json('report.json')['database_remedies']
    assert (preview['kind'], preview['id'], preview['refusal']) == ('volumes', case.volume, '')
    assert (case.row, case.saved) == ('error_deleting', False)


def test_no_more_resources_than_the_limit(case: Case) -> None:
    case.run('--preserve-state', '--database-remedies', '--fix-limit', '0', code=1)
    decisions = case.workspace.json('report.json')['decisions']
    refused = [step['error'] for d in decisions if d['id'] == case.volume
               for step in d['outcome']['steps'] if 'database' in step['remedy']]
    assert [error[:25] for error in refused] == ['--fix-limit 0 is reached:']
    assert (case.row, case.saved) == ('error_deleting', False)


def test_what_is_not_seen_completely_is_left_alone(case: Case) -> None:
    """Point 2: it is not deleted at all, and so never in a database."""
    case.workspace.run('--preserve-state', *FAST, code=1)
    case.workspace.cloud.fault('GET /volume/v3/[^/]+/volumes', status=403)
    case.run('--preserve-state', '--database-remedies', code=4)
    assert (case.row, case.saved) == ('error_deleting', False)


@pytest.mark.parametrize(('lines', 'told'), [
    ((), 'names none of the databases that they are for'),
    ((f'mysql://u:{PASSWORD}@h/octavia',), 'has a line that is not NAME=URL'),
    ((f'octavia = nonsense {PASSWORD}',), 'is not one of SQLAlchemy'),
    ((f'octavia = oracle://u:{PASSWORD}@h/o',), 'MySQL, MariaDB and PostgreSQL are'),
    ((f'octavia = mysql+nothing://u:{PASSWORD}@h/o',), 'is not installed')])
def test_what_is_wrong_is_told_before_the_work(
    workspace: Workspace, lines: tuple[str, ...], told: str,
) -> None:
    connect(workspace, *lines)
    ended = workspace.run('--dry-run', '--database-remedies', '--debug', code=2)
    assert told in ended.err
    assert PASSWORD not in ended.out + ended.err


def test_a_port_whose_server_is_gone(
    make_workspace: MakeWorkspace, tmp_path: pathlib.Path,
) -> None:
    """This cloud knows nothing of that database: for it, the port is still there."""
    workspace = make_workspace()
    workspace.run('--init-saved-state', code=0)
    cloud = workspace.cloud
    tenant = cloud.make_project('tempest-a')
    port = cloud.create('ports', project_id=tenant.project_id, network_id=tenant.networks[0],
                        device_owner='compute:nova', device_id='of-nothing')
    cloud.fault(f'(DELETE|PUT) /network/v2.0/ports/{port}', status=409)
    store = Store(tmp_path, neutron.InNeutron.schemas)
    store.insert('neutron', 'standardattributes', id='1', resource_type='ports')
    store.insert('neutron', 'ports', id=port, project_id=tenant.project_id,
                 device_id='of-nothing', device_owner='compute:nova', standard_attr_id='1')
    connect(workspace, f'neutron = {store.urls["neutron"]}')
    done = workspace.run('--preserve-state', '--database-remedies', '--settle', '0',
                         '--timeout', '40', code=1)
    assert 'is taken out of the database of Neutron' in done.out
    assert port in (workspace.folder / NAME).read_text()
    assert not store.rows('neutron', 'SELECT id FROM ports')


class Counted:
    """A project that is kept, of which Cinder counts one volume more than there is."""

    def __init__(self, workspace: Workspace, folder: pathlib.Path) -> None:
        self.workspace = workspace
        self.project = workspace.cloud.make_project('kept').project_id
        workspace.run('--init-saved-state', code=0)
        self.store = Store(folder, {'cinder': CinderUsages.schema})
        self.store.insert('cinder', 'quota_usages', id='1', project_id=self.project,
                          resource='volumes', in_use=1, deleted=False)
        connect(workspace, f'cinder = {self.store.urls["cinder"]}')

    def run(self, *options: str, code: int) -> Ended:
        return self.workspace.run(*options, *FAST, '--report', 'report.json', code=code)

    @property
    def used(self) -> int:
        return int(self.store.rows('cinder', 'SELECT in_use FROM quota_usages')[0][0])


@pytest.fixture
def counted(make_workspace: MakeWorkspace, tmp_path: pathlib.Path) -> Counted:
    return Counted(make_workspace(), tmp_path)


def test_a_dry_run_shows_a_use_that_counts_ghosts(counted: Counted) -> None:
    shown = counted.run('--dry-run', '--database-remedies', code=0)
    assert 'volumes: Cinder counts 1, and there are 0' in shown.out
    preview, = counted.workspace.json('report.json')['database_remedies']
    assert preview['statements'][0]['rows'][0]['in_use'] == 1
    listed = counted.workspace.json('dry_run.json')['volume_quotas']
    assert list(listed) == [f'{counted.project}/volumes']
    assert counted.used == 1
    counted.run('--dry-run', '--database-remedies', '--fail-on-leaks', code=1)


def test_a_reviewed_plan_counts_nothing_anew(counted: Counted) -> None:
    """It is about resources; what it lists besides them is not missed, either."""
    counted.run('--dry-run', '--database-remedies', code=0)
    done = counted.run('--plan', 'report.json', '--database-remedies', code=0)
    assert 'In the plan, and left' not in done.out
    assert counted.used == 1


def test_a_use_that_counts_ghosts_is_counted_anew(counted: Counted) -> None:
    """Told as what was put back; and then there is nothing more to do."""
    done = counted.run('--preserve-state', '--database-remedies', code=0)
    assert 'is counted anew in the database of Cinder' in done.out
    assert counted.used == 0
    told, = counted.workspace.json('report.json')['decisions']
    assert (told['kind'], told['rule'], told['outcome']['status']) == (
        'volume_quotas', 'usage', 'restored')
    counted.run('--preserve-state', '--database-remedies', code=0)
    assert not counted.workspace.json('report.json')['decisions']


@pytest.mark.parametrize('options', [
    (), ('--database-remedies', '--no-remedies'), ('--database-remedies', '--no-restore'),
    ('--database-remedies', '--type', 'servers'),
    ('--database-remedies', '--protect-project', 'kept')])
def test_a_use_that_nobody_wants_counted_is_left(
    counted: Counted, options: tuple[str, ...],
) -> None:
    counted.run('--preserve-state', *options, code=0)
    assert counted.used == 1


def test_a_count_that_can_not_be_mended_is_left_and_told(counted: Counted) -> None:
    counted.run('--preserve-state', '--database-remedies', '--fix-limit', '0', code=1)
    told, = counted.workspace.json('report.json')['decisions']
    assert told['outcome']['status'] == 'failed'
    assert told['outcome']['detail'].startswith('--fix-limit 0 is reached')
    assert counted.used == 1
