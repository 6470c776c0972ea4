"""Tempest's own files, read once for all who ask what they tell of the same resources."""
from collections.abc import Collection, Mapping

from tempest_cleanup.diagnosis import names, testimony
from tempest_cleanup.diagnosis.model import Trail
from tempest_cleanup.diagnosis.testimony import Known, Statements
from tempest_cleanup.diagnosis.workspace import Found
from tempest_cleanup.model import Inventory, Key, Resource
from tempest_cleanup.services.base import ResourceService

Kinds = Mapping[str, ResourceService]


class Hearing:
    """What the files of a run tell. They may be long: they are read again only for what is new.

    :param accounts: names of the users and projects that are Tempest's for sure
    :param prefix: ``[DEFAULT] resource_name_prefix``
    """

    def __init__(
        self, found: Found | None = None, accounts: frozenset[str] = frozenset(),
        prefix: str = '',
    ) -> None:
        self.found = found or Found()
        self._accounts = accounts
        self._prefix = prefix or names.PREFIX
        self._heard = Statements()

    def statements(
        self, kinds: Kinds, inventory: Inventory, resources: Collection[Resource],
    ) -> Statements:
        """What is told of these resources, and maybe of others that were asked about before.

        :raises errors.FileError: a file can't be read
        """
        if any(r.key not in self._heard.of for r in resources):
            owners = {r.id: r.name for kind in ('projects', 'users') for r in inventory.of(kind)}
            self._heard = testimony.hear(
                kinds, resources, Known(owners, self._accounts, self._prefix), self.found)
        return self._heard

    def trails(
        self, kinds: Kinds, inventory: Inventory, resources: Collection[Resource],
    ) -> dict[Key, Trail]:
        """What the log tells of these resources.

        :raises errors.FileError: a file can't be read
        """
        heard = self.statements(kinds, inventory, resources)
        return {r.key: heard.of[r.key].trail for r in resources}
