"""Any service's WSGI application, with faults on demand; what uwsgi loads."""

import importlib
import os

from .http_faults import HttpFaults

_module = importlib.import_module(os.environ['TEST_CLOUD_APPLICATION'])
application = HttpFaults(_module.application, os.environ['TEST_CLOUD_SERVICE'])
