"""What is changed, and the record of it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.functional.openstack import Api, Body
from tests.functional.populate import Created, Site

#: The attribute of a tie that was there and is not any more.
GONE = 'present'
#: Stands for the attribute of a tie that was not there before.
ADDED = ''


@dataclass(frozen=True)
class Changed:
    """One setting of a thing from before the run that is not what it was."""

    kind: str
    id: str
    attribute: str


@dataclass(frozen=True)
class Scene:
    """A site from before the run, and the record of what is changed there."""

    site: Site
    changed: list[Changed] = field(default_factory=list)

    def find(self, kind: str, what: str = '') -> Created:
        """The first of a kind that is named so, or that a note says this of."""
        return next(one for one in self.site.created if one.kind == kind and what in (
            '', one.note, (one.name or one.id).removeprefix(f'{self.site.prefix}-')))

    def one(self, kind: str, what: str = '') -> str:
        """Its id."""
        return self.find(kind, what).id

    def note(self, kind: str, identifier: str, *attributes: str) -> None:
        """Write down that these are changed."""
        self.changed.extend(Changed(kind, identifier, name) for name in attributes)

    def send(self, kind: str, identifier: str, api: Api, path: str, wrapper: str, values: Body,
             method: str = 'PUT', headers: dict[str, str] | None = None) -> None:
        """Change attributes by one request, and write them down."""
        with self.refused_by(kind):
            api.request(method, path, {wrapper: values} if wrapper else values, headers=headers)
        self.note(kind, identifier, *values)

    @contextlib.contextmanager
    def refused_by(self, kind: str) -> Iterator[None]:
        """Say in an error which kind it was about."""
        try:
            yield
        except Exception as error:
            error.add_note(f'while {kind} were changed')
            raise


def renamed(site: Site, **more: Any) -> Body:
    """A name and a description that nothing had before, and more."""
    return {'name': site.name('changed'), 'description': 'changed', **more}
