"""The ladder that comes with the package: what is on it, and which step helps against what."""
import pytest

from tempest_cleanup import remedies, services
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Rank, Trouble
from tests.unit.remedies.ask import trouble

LOADED = remedies.load()
KINDS = services.load()
LADDERS = remedies.ladders(LOADED, KINDS)


def steps(against: Trouble) -> list[str]:
    """What is tried, one after the other, while the trouble stays the same."""
    tried: list[str] = []
    while remedy := remedies.choose(LADDERS.get(against.resource.kind, ()), against, tried):
        tried.append(remedy.does)
    return tried


def test_each_is_for_kinds_that_there_are() -> None:
    assert {kind for remedy in LOADED for kind in remedy.kinds} <= set(KINDS)


@pytest.mark.parametrize('kind', sorted(LADDERS))
def test_each_step_has_a_name_of_its_own(kind: str) -> None:
    """Else one of them would count as tried with the other."""
    names = [remedy.does for remedy in LADDERS[kind]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize('kind', sorted(LADDERS))
def test_force_deletes_or_lets_delete_last(kind: str) -> None:
    ranks = [remedy.rank for remedy in LADDERS[kind]]
    assert ranks == sorted(ranks)
    assert Rank.DATABASE not in ranks
    assert all(remedy.rank is not Rank.UNLOCK or remedy.fits(trouble(kind)) is False
               for remedy in LADDERS[kind]), 'a lock is taken away without a refusal'


@pytest.mark.parametrize(('against', 'wanted'), [
    (trouble('servers', 'it is locked', code=409, locked=True), [
        'unlocks it']),
    (trouble('servers', status='SOFT_DELETED'), ['deletes it by force']),
    (Trouble(Resource('servers', 'x', status='ACTIVE',
                      body={'OS-EXT-STS:task_state': 'deleting'})), [
        'resets its state to error']),
    (trouble('volumes', 'status must be', code=400, status='error_deleting'), [
        'resets its status to error, and ends its migration',
        'has it noted that nobody has it attached', 'deletes it by force']),
    (trouble('volumes', 'has snapshots', code=400, status='available'), ['deletes it by force']),
    (trouble('volumes', 'status must be', code=400, status='attaching'), [
        'ends its reservation', 'resets its status to error, and ends its migration',
        'has it noted that nobody has it attached', 'deletes it by force']),
    (trouble('volumes', 'status must be', code=400, status='in-use',
             attachments=[{'attachment_id': 'a', 'server_id': 's'}], group_id='g'), [
        'detaches it from servers that are gone', 'has it noted that nobody has it attached',
        'takes it out of its group', 'deletes it by force']),
    (trouble('volumes', 'status must be', code=400, status='available',
             migration_status='migrating'), [
        'resets its status to error, and ends its migration', 'deletes it by force']),
    (trouble('snapshots', 'no', code=400, status='deleting'), [
        'resets its status to error', 'deletes it by force']),
    (trouble('snapshots', 'in a group', code=400, status='available'), ['deletes it by force']),
    (trouble('volume_groups', 'must be available', code=400, status='error'), [
        'resets its status to available']),
    (trouble('images', 'is protected', code=403, protected=True), ['takes away its protection']),
    (trouble('images', 'in use', code=409, protected=False), []),
    (trouble('roles', 'immutable', code=403, options={'immutable': True}), [
        'has it changeable again']),
    (trouble('roles', 'you may not', code=403, options={}), []),
    (trouble('stacks', status='DELETE_FAILED', relapses=1), [
        'resets the status of what it could not delete',
        'deletes by force what it could not delete',
        'has Heat forget it; what it has made is deleted by itself']),
    (trouble('loadbalancers', status='ERROR', relapses=1), ['fails it over']),
    (trouble('loadbalancers', 'immutable', status='PENDING_UPDATE', code=409), []),
    (trouble('zones', status='ERROR', relapses=1), [
        'has Designate forget it, whatever the name servers say']),
    (trouble('recordsets', 'Managed records may not be deleted', code=400), [
        "deletes it though it is Designate's own"]),
    (trouble('recordsets', 'no', code=400), []),
    (trouble('shares', 'Resource lock/s [x] prevent delete', code=403, status='available'), [
        'ends its locks', 'deletes it by force']),
    (trouble('shares', 'busy', code=400, status='migrating', task_state='migration_success'), [
        'resets its status to error', 'ends what is said to be done with it',
        'deletes it by force']),
    (trouble('share_access_rules', 'locked', code=403, status='active'), [
        'ends it, locked or not']),
    (trouble('baremetal_nodes', 'protected', code=403, status='clean wait', protected=True), [
        'takes away its protection', 'aborts what it waits for',
        'puts it into maintenance, in which any node can be deleted']),
    (trouble('containers', 'not empty', code=409), ['ends its versions, and empties it in bulk']),
    (trouble('secrets', 'it has consumers', code=400), ['ends the registrations of what is gone']),
    (trouble('routers', 'in use', code=409), [
        'clears its routes and its gateway', 'removes its interfaces']),
    (trouble('networks', 'in use', code=409), ['deletes the ports on it of what is gone']),
    (trouble('networks', 'down', code=503), []),
    (trouble('ports', 'in use', code=409), ['takes it down, and its addresses away']),
    (trouble('ports', 'in use', code=409, device_id='d'), [
        'takes it down, and its addresses away', 'frees it from a device that is gone'])],
    ids=lambda value: '' if isinstance(value, list) else
    f'{value.resource.kind} {value.error or value.status}')
def test_the_steps_against_a_trouble(against: Trouble, wanted: list[str]) -> None:
    assert steps(against) == wanted
