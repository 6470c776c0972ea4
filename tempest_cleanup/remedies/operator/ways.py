"""What a remedy of an operator does: runs a command, or sends a request."""
import dataclasses
import pathlib
import shlex
from typing import Any, Protocol

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.progress import printable
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.remedies.operator import fields, process
from tempest_cleanup.remedies.operator.conditions import When
from tempest_cleanup.remedies.operator.fields import Template
from tempest_cleanup.services.base import ResourceService


class Way(Protocol):
    """One way to do something about a resource."""

    def go(self, kind: ResourceService, resource: Resource) -> None:
        """Do it.

        :raises errors.ApiError: a service refuses
        :raises errors.RemedyFailed: it can't be done, or should not
        """


class OperatorRemedy(Remedy):
    """A remedy of a remedies file."""

    rank = Rank.OPERATOR

    def __init__(
        self, does: str, kinds: tuple[str, ...], when: When, way: Way, *, deletes: bool,
    ) -> None:
        self.does = does
        self.kinds = kinds
        self.deletes = deletes
        self._when = when
        self._way = way

    def fits(self, trouble: Trouble) -> bool:
        return self._when.hold(trouble)

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        self._way.go(kind, trouble.resource)


@dataclasses.dataclass(frozen=True)
class Command:
    """A program and its arguments; no shell is between.

    :param folder: in which it runs
    :param variables: names of what it gets of our environment beside the usual
    """

    program: str
    arguments: tuple[Template, ...]
    timeout: int
    variables: tuple[str, ...]
    folder: pathlib.Path

    def go(self, kind: ResourceService, resource: Resource) -> None:
        argv = [self.program, *(fields.argument(a, resource) for a in self.arguments)]
        answered = kind.cloud.changing(f'command {printable(shlex.join(argv))}')
        try:
            ended = process.run(
                argv, self.timeout, process.environment(self.variables), self.folder)
        except errors.RemedyFailed as error:
            answered(0, '', str(error))
            raise
        failure = self._failure(ended)
        answered(ended.code, '', failure)
        if failure:
            raise errors.RemedyFailed(failure)

    def _failure(self, ended: process.Ended) -> str:
        """Why it did not do what it should; '' where it did."""
        if not ended.timed_out and ended.code == 0:
            return ''
        how = (f'was ended after {self.timeout} s' if ended.timed_out
               else f'was ended by signal {-ended.code}' if ended.code < 0
               else f'ended with exit code {ended.code}')
        said = f': {ended.output}' if ended.output else ', and wrote nothing'
        return f'{pathlib.PurePath(self.program).name} {how}{said}'


@dataclasses.dataclass(frozen=True)
class Request:
    """A request to a service, with the administrator's token.

    :param body: JSON with templates in it, None for none
    """

    method: str
    service: str
    path: Template
    body: Any = None
    microversion: str | None = None

    def go(self, kind: ResourceService, resource: Resource) -> None:
        path = fields.path(self.path, resource)
        body = None if self.body is None else fields.body(self.body, resource)
        try:
            kind.cloud.rest(self.service).send(
                self.method, path, body, microversion=self.microversion)
        except errors.NotFound as error:
            # Else it would be taken for done: who is sure that it is no mistyped path?
            raise errors.RemedyFailed(str(error)) from error
