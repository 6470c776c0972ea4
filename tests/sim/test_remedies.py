"""What is stuck goes where a remedy cures it, and only there."""
import pytest

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Status
from tests.sim.runs import Workspace, ladders

RESET = {'servers': 'resets its state to error',
         'volumes': 'resets its status to error, and ends its migration',
         'snapshots': 'resets its status to error', 'backups': 'resets its status to error'}
FORCED = 'deletes it by force'


@pytest.mark.parametrize(('kind', 'how'), [
    *((kind, 'hang-reset') for kind in RESET),
    *((kind, 'hang-force') for kind in RESET if kind != 'servers'),
    ('volumes', 'error-reset'), ('volumes', 'error-force'), ('backups', 'error-force')])
def test_a_remedy_cures_it(workspace: Workspace, kind: str, how: str) -> None:
    cloud = workspace.cloud
    before = cloud.snapshot()
    workspace.save()
    needs = ({'volume_id': cloud.create('volumes')} if kind in ('snapshots', 'backups') else {})
    identifier = cloud.create(kind, name='stuck', **needs)
    cloud.stick(kind, identifier, how)
    report = workspace.clean(timeout=12, ladders=ladders())
    outcome = next(o for o in report.outcomes or () if o.resource.id == identifier)
    assert outcome.status is Status.DELETED, outcome
    steps = [step.remedy for step in outcome.steps if not step.error]
    assert RESET[kind] in steps
    assert (FORCED in steps) is how.endswith('force')
    assert report.exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == before


def test_what_stays_in_use_is_neither_detached_nor_deleted(workspace: Workspace) -> None:
    """A new volume that an old server has, which Cinder says it can't delete: it is left."""
    cloud = workspace.cloud
    server = cloud.create('servers', name='old')
    workspace.save()
    volume = cloud.create('volumes', name='new')
    cloud.create('volume_attachments', volume_id=volume, instance=server, status='attached')
    cloud.fault('DELETE /compute/.*/os-volume_attachments', status=409)
    cloud.fault('DELETE /volume/.*/attachments', status=409)
    before = cloud.snapshot()
    report = workspace.clean(timeout=6, ladders=ladders())
    assert report.exit_code() is ExitCode.LEFT
    told = {step.error for o in report.outcomes or () for step in o.steps}
    assert told == {f'server {server} still has it attached'}
    assert cloud.snapshot() == before
