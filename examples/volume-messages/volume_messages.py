"""Cinder's user messages. https://docs.openstack.org/api-ref/block-storage/v3/#messages"""
from tempest_cleanup.services.base import ResourceService


class VolumeMessages(ResourceService):
    """What Cinder told a user about a request that failed.

    They outlive their volume by 30 days. An administrator's listing has all projects', and
    says of none whose it is; ``all_tenants=1`` is taken for an attribute, and finds nothing.
    """

    service_type = 'block-storage'
    name, singular, collection = 'volume_messages', 'volume_message', 'messages'
    path = 'messages'
    # The first with pages.
    microversion = '3.5'
    name_key = 'event_id'
    # What is said of a volume stays where the volume stays, by whatever rule.
    follows = ('volumes', 'snapshots', 'backups')
