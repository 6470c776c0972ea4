"""Whose bug a finding is: the project that it is to be filed with."""
import dataclasses

from tempest_cleanup.diagnosis.model import Finding

#: By the type that the service types authority gives a service.
PROJECTS = {
    'alarm': 'aodh', 'baremetal': 'ironic', 'block-storage': 'cinder', 'compute': 'nova',
    'container-infrastructure-management': 'magnum', 'dns': 'designate', 'identity': 'keystone',
    'image': 'glance', 'key-manager': 'barbican', 'load-balancer': 'octavia',
    'messaging': 'zaqar', 'network': 'neutron', 'object-store': 'swift',
    'orchestration': 'heat', 'placement': 'placement', 'shared-file-system': 'manila',
    'workflow': 'mistral',
}


@dataclasses.dataclass(frozen=True, slots=True)
class Blame:
    """Where a bug goes.

    :param project: '' where nobody can tell
    :param component: the part of it, in words
    """

    project: str
    component: str

    @property
    def tracker(self) -> str:
        """Where its bugs are filed; '' for one that is not OpenStack's own."""
        known = self.project in (*PROJECTS.values(), 'tempest')
        return f'https://bugs.launchpad.net/{self.project}/+filebug' if known else ''


def blame(finding: Finding) -> Blame:
    """The service at fault; where it is none, the project that the test is of."""
    cause = finding.cause
    if cause.service:
        return Blame(PROJECTS.get(cause.service, cause.service), cause.origin.kind)
    if cause.test is None:
        return Blame('', cause.origin.kind)
    package = cause.test.module.partition('.')[0]
    return Blame(package or 'tempest', cause.test.module or cause.test.class_name)
