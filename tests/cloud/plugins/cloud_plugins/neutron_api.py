"""Neutron's API, whose policies are loaded before its first request.

All threads share an enforcer, and one that finds it while another still fills it refuses
whatever it is asked for (``init`` of neutron/policy.py and of neutron_lib/policy/_engine.py).
"""

# mypy: ignore-errors
# (The services' packages are not where the project's code is checked.)

from neutron import policy
from neutron.wsgi.api import application
from neutron_lib.policy import _engine

__all__ = ['application']

_engine.init()
policy.init()
