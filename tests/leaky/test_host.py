"""A server whose host dies while it is deleted. The host stays dead."""

# mypy: ignore-errors
# (Tempest has no types.)

import subprocess
import sys

from tempest.common import waiters

from tests.cloud.paths import CHECKOUT
from tests.leaky import test_compute


class HostDies(test_compute.Servers):
    def test_host_goes_first(self):
        server = self.plain()
        self.addCleanup(waiters.wait_for_server_termination, self.client, server)
        self.addCleanup(self.client.delete_server, server)
        self.addCleanup(setattr, self.client, 'build_timeout', 5)
        subprocess.run([sys.executable, '-m', 'tests.cloud', 'stop', 'nova-compute'],
                       cwd=CHECKOUT, check=True, capture_output=True)
