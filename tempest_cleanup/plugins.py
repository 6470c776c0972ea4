"""Modules of any package that extend this one, found through entry points.

Each group has modules of one sort: kinds of resources, causes, remedies. What this package
brings itself is found in the same way.
"""
import dataclasses
import importlib
import re
import types
from collections.abc import Iterable
from importlib import metadata

from tempest_cleanup import errors

OURS = 'tempest-cleanup'

#: The groups, and what is lost with a plugin of each that is skipped.
KINDS = 'tempest_cleanup.services'
CAUSES = 'tempest_cleanup.causes'
REMEDIES = 'tempest_cleanup.remedies'
GROUPS = {KINDS: 'leaves it out, and keeps what is of its kinds',
          CAUSES: 'leaves it out; nothing is held for its causes then',
          REMEDIES: 'leaves it out; what only its remedies could delete is left then'}


@dataclasses.dataclass(frozen=True)
class Plugin:
    """An entry point: a module of one group.

    :param module: what the entry point names
    """

    name: str
    distribution: str
    module: str
    group: str = KINDS

    def __str__(self) -> str:
        return f'the plugin {self.name!r} of {self.distribution}'

    def answers_to(self, word: str) -> bool:
        """Whether a word of the command line means it: NAME, DISTRIBUTION or both."""
        distribution, colon, name = word.rpartition(':')
        if colon:
            return name == self.name and _normal(distribution) == _normal(self.distribution)
        return name == self.name or _normal(name) == _normal(self.distribution)


def installed(group: str) -> tuple[Plugin, ...]:
    """Every plugin of a group that is installed; none of them is imported."""
    found = {Plugin(point.name, point.dist.name if point.dist else 'an unknown package',
                    point.value, group)
             for point in metadata.entry_points(group=group)}
    return tuple(sorted(found, key=lambda p: (p.distribution != OURS, p.distribution, p.name)))


def wanted(group: str, skip: Iterable[str]) -> tuple[Plugin, ...]:
    """The plugins of a group that are not to be skipped.

    :raises errors.UsageError: a word of ``skip`` means no plugin of any group
    """
    skip = tuple(skip)
    everywhere = [plugin for one in GROUPS for plugin in installed(one)] if skip else []
    for word in skip:
        if not any(plugin.answers_to(word) for plugin in everywhere):
            raise errors.UsageError(
                f'there is no plugin {word!r} to skip; there are: '
                + ', '.join(f'{p.name} ({p.distribution})' for p in everywhere))
    return tuple(p for p in installed(group) if not any(p.answers_to(word) for word in skip))


def load(plugin: Plugin) -> types.ModuleType:
    """The module of a plugin.

    :raises errors.ConfigurationError: it can't be imported
    """
    try:
        return importlib.import_module(plugin.module)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever its author did
        raise errors.ConfigurationError(
            f'{plugin} can\'t be loaded: {type(error).__name__}: {error}'
            + way_out([plugin])) from error


def way_out(plugins: Iterable[Plugin]) -> str:
    """What to do about them; our own can't be meant where another is concerned, too."""
    others = [p for p in plugins if p.distribution != OURS]
    if not others:
        return ''
    words = ' or '.join(f'--skip-plugin {p.distribution}:{p.name}' for p in others)
    return f'. Mend or uninstall it; {words} {GROUPS[others[0].group]}'


def _normal(distribution: str) -> str:
    return re.sub(r'[-_.]+', '-', distribution).lower()
