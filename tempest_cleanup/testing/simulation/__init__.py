"""An OpenStack cloud in memory: Keystone, Nova, Neutron, Cinder, Glance and Heat.

It behaves as a cleaner meets the real services: lists that are cut into
pages, deletions that take a while or are refused, objects that go with others.
"""

from tempest_cleanup.testing.simulation.cloud import SimulatedCloud
from tempest_cleanup.testing.simulation.control import RemoteCloud
from tempest_cleanup.testing.simulation.store import ManualClock

__all__ = ['ManualClock', 'RemoteCloud', 'SimulatedCloud']
