"""What services make by themselves for something else: pure functions."""
import re

from tempest_cleanup.model import Key, Resource
from tempest_cleanup.services.load_balancer import AMPHORA_OF

_ID = r'(?P<id>[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})'

Names = tuple[tuple[str, str, str, re.Pattern[str]], ...]


def _names(*names: tuple[str, str, str, str]) -> Names:
    return tuple((kind, service, owner, re.compile(pattern))
                 for kind, service, owner, pattern in names)


#: Names that services give to the parts of something, by the kind of the part: whose it is
#: then, and which kind the id in the name is of.
PARTS = _names(
    ('ports', 'load-balancer', 'loadbalancers', rf'octavia-lb-{_ID}'),
    ('security_groups', 'load-balancer', 'loadbalancers', rf'lb-{_ID}'),
    ('volumes', 'block-storage', 'volumes', rf'backup-vol-{_ID}'),
    ('snapshots', 'block-storage', 'volumes', rf'backup-snap-{_ID}'),
    ('volumes', 'compute', 'servers', rf'{_ID}-blank-vol'),
    ('secrets', 'compute', 'servers', rf'vTPM secret for instance {_ID}'),
    ('volumes', 'shared-file-system', 'shares', rf'manila-share-{_ID}(-boot)?'),
    ('snapshots', 'shared-file-system', 'share_snapshots', rf'manila-snapshot-{_ID}'))

#: Likewise, for what somebody asked for, and which needs that no more.
ASKED_FOR = _names(
    ('volumes', 'block-storage', 'backups', rf'restore_backup_{_ID}'))

#: Whose part a port is, by its device_owner.
DEVICES: tuple[tuple[str, str, str], ...] = (
    ('octavia', 'load-balancer', 'loadbalancers'),
    ('manila:', 'shared-file-system', 'share_servers'))

#: Who else a port's device is: somebody put the port there.
PLUGGED: tuple[tuple[str, str, str], ...] = (
    ('compute:', 'compute', 'servers'), ('network:router', 'network', 'routers'),
    ('network:ha_router', 'network', 'routers'), ('trunk:subport', 'network', 'trunks'))

#: What Nova calls the image without which a shelved server can't be woken up.
SHELVED = '-shelved'


def part_of(resource: Resource) -> tuple[Key, str] | None:
    """(what it is a part of, by which service), where it says so."""
    body = resource.body
    if resource.kind == 'servers' and body.get(AMPHORA_OF):
        return Key('loadbalancers', str(body[AMPHORA_OF])), 'load-balancer'
    if resource.kind == 'images' and resource.name.endswith(SHELVED) and (
            body.get('instance_uuid')):
        return Key('servers', str(body['instance_uuid'])), 'compute'
    return _of_device(resource, DEVICES) or _of_name(resource, PARTS)


def made_for(resource: Resource) -> tuple[Key, str] | None:
    """(what it was made for, by which service), where it says so by a device or its name."""
    found = (part_of(resource) or _of_device(resource, PLUGGED)
             or _of_name(resource, ASKED_FOR))
    if found is None and resource.kind == 'stacks' and resource.body.get('parent'):
        return Key('stacks', str(resource.body['parent'])), 'orchestration'
    return found


def _of_device(
    resource: Resource, devices: tuple[tuple[str, str, str], ...],
) -> tuple[Key, str] | None:
    owner = str(resource.body.get('device_owner') or '').lower()
    device = str(resource.body.get('device_id') or '')
    for prefix, service, kind in devices:
        if device and owner.startswith(prefix):
            return Key(kind, device.removeprefix('lb-')), service
    return None


def _of_name(resource: Resource, names: Names) -> tuple[Key, str] | None:
    for kind, service, made_by, pattern in names:
        if kind == resource.kind and (found := pattern.fullmatch(resource.name)):
            return Key(made_by, found['id']), service
    return None
