"""Ways out for what Swift does not let go of: containers with something in them."""
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote

from tempest_cleanup import errors
from tempest_cleanup.cloud.rest import LIST, Rest
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.shapes import found
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.object_storage import ObjectStorage

#: So many objects in one request; Swift takes 10,000 if it is not told otherwise.
AT_ONCE = 1000


class Empty(Remedy):
    """An object that is deleted from a container with versions may come back as it was before.

    So there are no versions any more first, and what is left then goes in bulk.
    """

    kinds = ('containers',)
    does = 'ends its versions, and empties it in bulk'
    rank = Rank.FORCE

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code == 409

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        container, swift = trouble.resource, cast(ObjectStorage, kind)
        swift.asked(kind.listed_in(container), lambda rest: empty(rest, container.name))


def empty(rest: Rest, container: str) -> None:
    """Delete whatever is in a container.

    :raises errors.RemedyFailed: Swift could not delete some of it
    """
    path = quote(container, safe='')
    headers = rest.head(path)
    if 'x-versions-location' in headers or 'x-history-location' in headers:
        rest.post(path, headers={'X-Remove-Versions-Location': 'x',
                                 'X-Remove-History-Location': 'x'})
    if headers.get('x-versions-enabled', '').lower() == 'true':
        rest.post(path, headers={'X-Versions-Enabled': 'false'})
    objects = found(list(rest.pages(path, LIST, query={'versions': 'true'},
                            markers={'marker': 'name', 'version_marker': 'version_id'})))
    for body in objects:
        if (version := body.get('version_id') or 'null') != 'null':
            rest.delete(f'{path}/{quote(body["name"])}', query={'version-id': version})
    in_bulk(rest, [f'{path}/{quote(body["name"])}' for body in objects
                   if (body.get('version_id') or 'null') == 'null'])


def in_bulk(rest: Rest, paths: list[str]) -> None:
    """Delete objects, many with each request.

    :raises errors.RemedyFailed: Swift could not delete some of them
    """
    for some in _parts(paths):
        answer: Mapping[str, Any] = rest.post(
            '?bulk-delete', '\n'.join(some).encode(), headers={'Content-Type': 'text/plain'})
        if refused := answer.get('Errors'):
            raise errors.RemedyFailed(f'{len(refused)} of {len(some)} objects could not be '
                                      f'deleted: {refused[0][0]}: {refused[0][1]}')


def _parts(paths: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(paths), AT_ONCE):
        yield paths[first:first + AT_ONCE]
