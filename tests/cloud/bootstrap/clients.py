"""Files for people and clients: clouds.yaml and a shell's admin-openrc."""

import json

from tests.cloud.ini import write
from tests.cloud.paths import REGION, Cloud


def write_files(cloud: Cloud) -> None:
    """Write both."""
    # JSON is YAML, and needs no library.
    content = {'clouds': {'test': {'region_name': REGION, 'auth': cloud.admin}}}
    write(cloud.clouds_yaml, json.dumps(content, indent=2) + '\n')
    variables = {f'OS_{key.upper()}': value for key, value in cloud.admin.items()}
    variables |= {'OS_REGION_NAME': REGION, 'OS_IDENTITY_API_VERSION': '3'}
    lines = [f'export {key}={value}\n' for key, value in variables.items()]
    write(cloud.etc / 'admin-openrc', ''.join(lines))
