"""Public helpers to test resource types and the cleaner itself."""

from tempest_cleanup.testing.simulation import ManualClock, RemoteCloud, SimulatedCloud

__all__ = ['ManualClock', 'RemoteCloud', 'SimulatedCloud']
