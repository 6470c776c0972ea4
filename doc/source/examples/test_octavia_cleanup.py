"""What the engine relies on, for our kinds."""
from octavia_cleanup import LoadBalancers

from tempest_cleanup.testing.contract import ResourceServiceContract


class TestKinds(ResourceServiceContract):
    kinds = (LoadBalancers,)
