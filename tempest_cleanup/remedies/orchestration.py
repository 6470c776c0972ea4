"""Ways out for stacks. Heat deletes what is in one, and so that is what has to be helped."""
from collections.abc import Iterator, Mapping

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.block_storage import ForceDeleteVolume, ResetVolume
from tempest_cleanup.remedies.compute import ForceDeleteServer, ResetServer
from tempest_cleanup.remedies.shapes import fresh
from tempest_cleanup.remedies.shared_file_system import ForceDeleteShare, ResetShare
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.block_storage import Volumes
from tempest_cleanup.services.compute import Servers
from tempest_cleanup.services.shared_file_system import Shares

#: What is tried on what a stack could not delete.
INSIDE: Mapping[str, type[ResourceService]] = {
    'OS::Nova::Server': Servers, 'OS::Cinder::Volume': Volumes, 'OS::Manila::Share': Shares}


class Inside(Remedy):
    """A stack goes to DELETE_FAILED over something in it that its service does not delete."""

    kinds: tuple[str, ...]
    #: By kind.
    remedies: Mapping[str, Remedy]

    def fits(self, trouble: Trouble) -> bool:
        return trouble.status == 'delete_failed' or trouble.relapses > 0

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        helped, refused = 0, []
        for inside, resource in failed(kind, trouble.resource):
            try:
                self.remedies[inside.name].apply(inside, Trouble(resource))
                helped += 1
            except errors.CleanupError as error:
                refused.append(f'{resource}: {error}')
        if refused or not helped:
            raise errors.RemedyFailed('; '.join(refused) or 'nothing in it can be helped')


class ResetInside(Inside):
    """A server, volume or share in a status that its service does not delete from."""

    kinds = ('stacks',)
    does = 'resets the status of what it could not delete'
    rank = Rank.RESET
    remedies = {'servers': ResetServer(), 'volumes': ResetVolume(), 'shares': ResetShare()}


class ForceInside(Inside):
    """A server, volume or share that its service deletes by force only."""

    kinds = ('stacks',)
    does = 'deletes by force what it could not delete'
    rank = Rank.FORCE
    remedies = {'servers': ForceDeleteServer(), 'volumes': ForceDeleteVolume(),
                'shares': ForceDeleteShare()}


class AbandonStack(Remedy):
    """Heat forgets a stack and leaves what is in it, which is then deleted by itself.

    Most clouds do not allow it (``enable_stack_abandon``).
    """

    kinds = ('stacks',)
    does = 'has Heat forget it; what it has made is deleted by itself'
    rank = Rank.FORCE
    deletes = True

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        stack = trouble.resource
        kind.rest(kind.listed_in(stack)).delete(kind.member(stack, 'abandon'))


def failed(
    kind: ResourceService, stack: Resource,
) -> Iterator[tuple[ResourceService, Resource]]:
    """What a stack, or one nested in it, could not delete, as far as we know such things."""
    answer = kind.rest(kind.listed_in(stack)).get(
        kind.member(stack, 'resources'), query={'nested_depth': '5'})
    for one in answer.get('resources', ()):
        service = INSIDE.get(str(one.get('resource_type')))
        identifier = one.get('physical_resource_id')
        if service and identifier and one.get('resource_status') == 'DELETE_FAILED':
            inside = service(kind.cloud)
            found = Resource(inside.name, str(identifier), str(one.get('resource_name') or ''))
            try:
                yield inside, inside.resource(fresh(inside, found), None)
            except errors.NotFound:
                continue  # it went meanwhile
