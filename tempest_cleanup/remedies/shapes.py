"""What remedies of several services have in common: each says only what is different."""
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService

T = TypeVar('T')


def act(kind: ResourceService, resource: Resource, request: Mapping[str, Any]) -> None:
    """Send an action to a resource."""
    kind.rest(kind.listed_in(resource)).post(
        kind.member(resource, 'action'), dict(request), microversion=kind.microversion)


def fresh(kind: ResourceService, resource: Resource) -> dict[str, Any]:
    """What the service says of a resource now.

    :raises errors.NotFound: it is gone
    """
    answer = kind.rest(kind.listed_in(resource)).get(
        kind.member(resource), microversion=kind.microversion)
    body: dict[str, Any] = answer.get(kind.singular, answer)
    return body


def found(what: T) -> T:
    """What there is to be done something to.

    :raises errors.RemedyFailed: there is nothing
    """
    if not what:
        raise errors.RemedyFailed('there is nothing to do: it is not as it was listed')
    return what


class Act(Remedy):
    """One action: ``POST member/action``."""

    request: ClassVar[Mapping[str, Any]]

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        act(kind, trouble.resource, self.request)


class Reset(Act):
    """Has the service note that it is in error, which is a status that can be deleted."""

    does = 'resets its status to error'
    rank = Rank.RESET
    #: From these the service deletes anyway.
    deletable: ClassVar[frozenset[str]] = frozenset(('available', 'error'))

    def fits(self, trouble: Trouble) -> bool:
        return trouble.status not in self.deletable


class ForceDelete(Act):
    """The service's own way to delete, whatever the status."""

    does = 'deletes it by force'
    rank = Rank.FORCE
    deletes = True
