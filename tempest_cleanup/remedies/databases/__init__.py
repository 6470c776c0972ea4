"""Ways out that change the services' own databases: off by default.

A module for each service; what they know of its schema stands in them as data.
"""
import dataclasses

from tempest_cleanup import errors
from tempest_cleanup.remedies.databases import (
    attachments,
    cinder,
    cinder_usage,
    heat,
    neutron,
    nova,
    octavia,
    octavia_usage,
    placement,
)
from tempest_cleanup.remedies.databases.base import DatabaseRemedy, Hand
from tempest_cleanup.remedies.databases.schema import Layouts
from tempest_cleanup.remedies.databases.usage import Usages
from tempest_cleanup.remedies.sql import OPTION

__all__ = ['ALL', 'DatabaseRemedy', 'Fixes', 'Hand', 'Layouts', 'available']

ALL: tuple[type[DatabaseRemedy], ...] = (
    octavia.PendingForEver, cinder.Volumes, cinder.Snapshots, cinder.Backups, nova.KeyPairs,
    nova.Servers, attachments.Attachments, heat.Stacks,
    placement.Allocations, neutron.Ports, neutron.RouterInterfaces, neutron.Routers)


@dataclasses.dataclass(frozen=True)
class Fixes:
    """What may be changed in databases; nothing, where that is not allowed.

    :param usages: what projects use, of services whose databases are configured
    """

    remedies: tuple[DatabaseRemedy, ...] = ()
    usages: tuple[Usages, ...] = ()


def available(hand: Hand) -> Fixes:
    """What can be done in the databases that are configured.

    :raises errors.ConfigurationError: there is none
    """
    found = tuple(remedy for remedy in (one(hand) for one in ALL) if remedy.available)
    if not found:
        known = sorted({name for one in ALL for name in one.schemas})
        raise errors.ConfigurationError(
            f'database remedies are wanted, but {OPTION} names none of the databases that they '
            f'are for: {", ".join(known)}')
    usages: tuple[Usages, ...] = (
        cinder_usage.CinderUsages(hand), octavia_usage.OctaviaUsages(hand))
    return Fixes(found, tuple(one for one in usages if one.available))
