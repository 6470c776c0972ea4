"""The faults that leaky tests make, and what a diagnosis has to say of each.

The table in the documentation is this one: see ``doc/source/faults.rst``.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    :param test: the class of the test that it happens to; '' where it is none of Tempest's
    :param what: in words
    :param kind: of what is left
    :param causes: the names of those that are right
    :param named: what the finding has to name as the test: class, method or phase
    :param says: that the sentence or the evidence has to tell
    """

    test: str
    what: str
    kind: str
    causes: frozenset[str]
    named: str = ''
    says: str = ''


def _fault(test: str, what: str, kind: str, causes: str, named: str = '', says: str = '') -> Fault:
    return Fault(test, what, kind, frozenset(causes.split()), named or test, says)


FAULTS = (
    _fault('NeverDeletes', 'a test never asks for the deletion of its server', 'servers',
           'never-asked', 'NeverDeletes.test_forgotten'),
    _fault('ErrorsOnDeletion', 'the hypervisor fails to destroy a server', 'servers',
           'deletion-failed', says='injected fault'),
    _fault('Locked', 'a server is locked by an administrator, the test may not delete it',
           'servers', 'deletion-refused', says='locked'),
    _fault('FailsToBoot', 'a server goes to ERROR while it boots, before a cleanup is registered',
           'servers', 'creation-failed', 'FailsToBoot.test_boot', 'Exhausted all hosts'),
    _fault('StuckInDeletion', 'the hypervisor takes for ever to destroy a server', 'servers',
           'stuck not-waited-for', says='deleting'),
    _fault('ProjectDeletedBefore', 'a project is deleted under a running server', 'servers',
           'owner-deleted owner-gone', 'ProjectDeletedBefore.test_project_goes_first',
           'project'),
    _fault('UserDeletedBefore', 'a user is deleted before his key pair', 'keypairs',
           'owner-deleted owner-gone', says='user'),
    _fault('ZappedInTest', 'kill -9 in a test', 'servers', 'test-killed',
           'ZappedInTest.test_killed'),
    _fault('BackEndFailsDeletion', 'the volume driver fails a deletion: error_deleting',
           'volumes', 'deletion-failed', says='error_deleting'),
    _fault('BackEndIsSlow', 'the volume driver takes for ever to delete', 'volumes',
           'stuck not-waited-for', says='deleting'),
    _fault('FailsToBeMade', 'the volume driver fails a creation', 'volumes',
           'creation-failed', 'FailsToBeMade.test_creation', 'error'),
    _fault('SnapshotForgotten', 'a forgotten snapshot holds its volume (400)', 'volumes',
           'never-asked', says='test_snapshot_holds_its_volume made it'),
    _fault('SaidToBeGone', 'the volume service accepts a deletion and does nothing', 'volumes',
           'resurrected deletion-failed', says='accepted'),
    _fault('ZappedInSetUp', 'kill -9 in setUpClass', 'volumes', 'test-killed', says='setUpClass'),
    _fault('PortForgotten', 'a forgotten port holds its network (409)', 'networks',
           'never-asked', says='test_port_holds_its_network made it'),
    _fault('RouterForgotten', 'interfaces hold a router, and that holds three networks', 'routers',
           'deletion-refused', says='409'),
    _fault('GroupInUse', 'a forgotten port holds its security group (409)', 'security_groups',
           'never-asked', says='test_security_group_of_a_port made it'),
    _fault('ServiceFails', 'the network service answers 500 to DELETE', 'networks',
           'deletion-broken', says='500'),
    _fault('SetUpFails', 'setUpClass fails before it registers a cleanup', 'networks',
           'set-up-failed', says='setUpClass'),
    _fault('CredentialsStay', 'Keystone times out (504) when the credentials are cleared',
           'users', 'deletion-broken', says='504'),
    _fault('ProtectedImage', 'an image is protected (403)', 'images', 'deletion-refused',
           says='403'),
    _fault('StackFails', 'a stack goes to DELETE_FAILED over a server that Nova fails to destroy',
           'stacks', 'deletion-failed', says='compute accepted its deletion and failed'),
    _fault('ZappedInTearDown', 'kill -9 in tearDown', 'networks', 'test-killed',
           'ZappedInTearDown.test_killed'),
    _fault('ImageLocationsTest', 'a test that is known to leave its nameless image, and passes',
           'images', 'known-leak', 'ImageLocationsTest.test_set_location'),
    _fault('', 'somebody else starts a server at the same time', 'servers', 'foreign'),
    _fault('HostDies', 'nova-compute dies while a test deletes its server', 'servers',
           'host-down', says='down'),
)
