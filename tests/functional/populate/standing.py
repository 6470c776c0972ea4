"""What a cloud has of itself: nobody makes it, and nobody can delete it."""

from tests.functional.openstack import Cloud
from tests.functional.populate.site import Created

KINDS = frozenset((
    'compute_services', 'volume_services', 'compute_quota_classes', 'volume_quota_classes',
    'share_services', 'share_quota_classes', 'network_agents'))


def standing(admin: Cloud) -> list[Created]:
    """The processes of Nova, Cinder and Manila, and the limits of every project."""
    compute = admin.compute.get('/os-services')['services']
    volume = admin.volume.get('/os-services')['services']
    shares = (admin.shares.get('/services')['services']
              if admin.has('shared-file-system') else [])
    return [
        *(Created('share_services', str(one['id']), f'{one["binary"]} on {one["host"]}', None)
          for one in shares),
        *(Created('compute_services', one['id'], f'{one["binary"]} on {one["host"]}', None)
          for one in compute),
        *(Created('volume_services', f'{one["binary"]}/{one["host"]}',
                  f'{one["binary"]} on {one["host"]}', None, one['binary']) for one in volume),
        *(Created(f'{service}_quota_classes', 'default', 'default', None)
          for service in ('compute', 'volume', *(['share'] if shares else []))),
    ]
