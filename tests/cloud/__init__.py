"""A real OpenStack control plane on 127.0.0.1 for the functional tests.

`python3 -m tests.cloud up` makes it; `current()` says where it is:

    cloud = current()
    cloud.auth_url, cloud.admin, cloud.database_url('neutron'), cloud.tempest_conf
"""

from tests.cloud.paths import Cloud, current

__all__ = ['Cloud', 'current']
