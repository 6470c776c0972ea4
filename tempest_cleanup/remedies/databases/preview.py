"""What database remedies would do, for a dry run. Nothing is opened for writing."""
import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.changes import Shown
from tempest_cleanup.remedies.databases.base import DatabaseRemedy
from tempest_cleanup.services.base import ResourceService


@dataclasses.dataclass(frozen=True)
class Preview:
    """What one remedy would do to a resource whose deletion has failed often enough.

    :param shown: the statements, and of the rows the columns that they use
    :param refusal: why it would do nothing; '' where it would
    """

    resource: Resource
    remedy: str
    shown: tuple[Shown, ...] = ()
    refusal: str = ''

    def lines(self) -> Iterator[str]:
        """In words, for people."""
        yield f'{self.resource} ({self.resource.id}): {self.remedy}' + (
            f': refused: {self.refusal}' if self.refusal else '')
        for line in self.what():
            yield f'  {line}'

    def what(self) -> Iterator[str]:
        """Each statement that would change something, and the rows that it would change."""
        for shown in self.shown:
            if shown.rows:
                yield str(shown.statement)
            for row in shown.rows:
                yield '  ' + ', '.join(f'{name}={value}' for name, value in sorted(row.items()))


def previews(
    remedies: Iterable[DatabaseRemedy], kinds: Mapping[str, ResourceService],
    resources: Iterable[Resource],
) -> tuple[Preview, ...]:
    """What they would do to resources that are to be deleted and look stuck."""
    remedies = tuple(remedies)
    return tuple(_preview(remedy, kinds[resource.kind], resource)
                 for resource in resources for remedy in remedies
                 if resource.kind in remedy.kinds and remedy.looks_stuck(resource))


def _preview(remedy: DatabaseRemedy, kind: ResourceService, resource: Resource) -> Preview:
    try:
        return Preview(resource, remedy.does, remedy.show(kind, resource))
    except errors.CleanupError as error:
        return Preview(resource, remedy.does, refusal=str(error))
    except Exception as fault:  # noqa: BLE001  # the rest of the report is worth more
        return Preview(resource, remedy.does, refusal=f'a fault of the remedy: {fault!r}')
