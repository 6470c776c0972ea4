"""Barbican's WSGI application: its own module looks for its paste file in /etc only."""

import os
import sys

from paste import deploy  # type: ignore[import-not-found,unused-ignore]

_file = os.path.join(sys.prefix, 'etc', 'barbican', 'barbican-api-paste.ini')
application = deploy.loadapp(f'config:{_file}')
