"""Whether what tempest.conf names is there."""
import ipaddress
from collections.abc import Iterator

from tempest_cleanup.config import Named
from tempest_cleanup.doctor.examined import Examined
from tempest_cleanup.doctor.findings import Area, Finding, Level
from tempest_cleanup.errors import CleanupError
from tempest_cleanup.model import Inventory

NAME = 'objects'

#: Whose defaults are used though nobody chose them: section, and the service it takes.
USED = {'auth': 'identity', 'identity': 'identity', 'object_storage': 'object-store'}


def objects(found: Examined) -> Area:
    """Whether the objects are there that tempest.conf and the test accounts name."""
    if isinstance(found.settings, CleanupError) or isinstance(found.inventory, CleanupError):
        return Area(NAME, 'not looked for')
    present = {kind.service_type for kind in found.listable.values()
               if not isinstance(found.cloud, CleanupError)
               and found.cloud.catalog_type(kind.service_type)}
    protected = (Named('projects', word, '[cleanup] protect_project')
                 for word in found.settings.cleanup['protect_project'])
    looked_for = [n for n in (*found.settings.named, *protected) if is_meant(n, present)]
    return Area(NAME, f'{len(looked_for)} that tempest.conf names were looked for',
                tuple(missing(looked_for, found.inventory)))


def is_meant(named: Named, present: set[str]) -> bool:
    """Whether somebody wrote it, or Tempest uses its default here. Pure."""
    if named.kind == 'networks' and _is_range(named.word):
        return False  # [network] default_network has ranges of addresses
    return named.chosen or USED.get(named.section, 'none') in present


def missing(looked_for: list[Named], inventory: Inventory) -> Iterator[Finding]:
    """Pure."""
    blind = {c.kind for c in inventory.coverage if not c.whole}
    for named in looked_for:
        if named.kind not in inventory.resources or named.kind in blind or any(
                named.word in (r.id, r.name) for r in inventory.of(named.kind)):
            continue
        yield Finding(Level.WRONG if named.chosen else Level.NOTE,
                      f'{named.where} names {named.word!r}, and there is no such '
                      f'{named.kind.removesuffix("s").replace("_", " ")}'
                      + ('' if named.chosen else ' (a default of Tempest\'s)'))


def _is_range(word: str) -> bool:
    try:
        ipaddress.ip_network(word)
    except ValueError:
        return False
    return '/' in word
