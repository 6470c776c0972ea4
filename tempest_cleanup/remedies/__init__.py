"""Ways out for what a service does not let go of, found through entry points.

The entry point group names *modules*, each a plugin; each class in one that is a complete
:class:`~tempest_cleanup.remedies.base.Remedy` is a remedy. Those of this package are found in
the same way.
"""
import dataclasses
import inspect
import itertools
import types
from collections.abc import Collection, Iterable, Mapping

from tempest_cleanup import errors, plugins
from tempest_cleanup.plugins import Plugin
from tempest_cleanup.remedies.base import Remedy, Trouble
from tempest_cleanup.services.base import ResourceService


class Broken(Remedy):
    """Stands for a remedy that failed when it was asked whether it fits."""

    def __init__(self, remedy: Remedy, fault: Exception) -> None:
        self.kinds, self.does, self.rank = remedy.kinds, remedy.does, remedy.rank
        self._fault = fault

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        raise self._fault


#: By kind, the gentlest first.
Ladders = Mapping[str, tuple[Remedy, ...]]

#: More often than this no deletion is asked for in the time that a resource has.
PERSISTENT = 1000

#: What a class has to say to be a remedy.
REQUIRED = ('kinds', 'does', 'rank')


def load(skip: Iterable[str] = ()) -> tuple[Remedy, ...]:
    """All remedies that are installed.

    :param skip: plugins that are not even imported
    :raises errors.ConfigurationError: a plugin that can't be loaded, or has no remedy
    :raises errors.UsageError: a word of ``skip`` means no plugin
    """
    return tuple(remedy for plugin in plugins.wanted(plugins.REMEDIES, skip)
                 for remedy in collect(plugins.load(plugin), plugin))


def collect(module: types.ModuleType, bringer: Plugin) -> list[Remedy]:
    """The remedies that a module defines.

    :raises errors.ConfigurationError: there are none
    """
    own = [c for c in vars(module).values() if _is_one(c) and c.__module__ == module.__name__]
    if not own:
        raise errors.ConfigurationError(
            f'{bringer} has no remedy: the module {module.__name__} defines no Remedy with '
            f'{", ".join(REQUIRED)}' + plugins.way_out([bringer]))
    return [one() for one in own]


def ladders(remedies: Iterable[Remedy], kinds: Collection[str]) -> Ladders:
    """The remedies by kind, the gentlest first.

    What is for a kind that is not known helps nobody: its plugin may be skipped.

    :raises errors.ConfigurationError: two of a kind say that they do the same; only one of them
        would ever be tried
    """
    remedies = sorted(remedies, key=lambda r: r.rank)
    found = {kind: tuple(r for r in remedies if kind in r.kinds) for kind in kinds}
    for kind, ladder in found.items():
        twice = [r.does for r, next_one in itertools.pairwise(sorted(ladder, key=_does))
                 if r.does == next_one.does]
        if twice:
            raise errors.ConfigurationError(
                f'two remedies for {kind} are named {twice[0]!r}: give one of them another name')
    return {kind: ladder for kind, ladder in found.items() if ladder}


def choose(ladder: Iterable[Remedy], trouble: Trouble, tried: Collection[str]) -> Remedy | None:
    """The gentlest remedy that may help and was not tried yet. Pure.

    One that can't even say so is given as :class:`Broken`: it is told with the resource.
    """
    for remedy in ladder:
        if remedy.does in tried:
            continue
        try:
            if remedy.fits(trouble):
                return remedy
        except Exception as fault:  # noqa: BLE001  # whatever its author did
            return Broken(remedy, fault)
    return None


def hope(
    ladder: Iterable[Remedy], trouble: Trouble, tried: Collection[str], limit: float,
) -> bool:
    """Whether there is one that may help if only this goes on. Pure.

    :param limit: seconds after which a resource is given up
    """
    later = dataclasses.replace(trouble, attempts=max(trouble.attempts, PERSISTENT),
                                failures=max(trouble.failures, PERSISTENT),
                                seconds=max(trouble.seconds, limit))
    return choose(ladder, later, tried) is not None


def _does(remedy: Remedy) -> str:
    return remedy.does


def _is_one(found: object) -> bool:
    return (inspect.isclass(found) and issubclass(found, Remedy)
            and not inspect.isabstract(found) and all(hasattr(found, name) for name in REQUIRED))
