"""Every kind of resource that is known, found through entry points.

The entry point group names *modules*; each class in one that is a complete
:class:`~tempest_cleanup.services.base.ResourceService` is a kind. So a kind's name
stands in one place, its class.
"""
import graphlib
import inspect
import types
from collections.abc import Iterable, Mapping
from typing import Any

from stevedore import extension

from tempest_cleanup import errors
from tempest_cleanup.services.base import EVERYTHING, ResourceService

NAMESPACE = 'tempest_cleanup.services'

Kinds = Mapping[str, type[ResourceService]]


def load() -> dict[str, type[ResourceService]]:
    """All kinds that are installed, by name, in the order of their names.

    :raises errors.ConfigurationError: a module that can't be loaded, a name used twice,
        an order that names an unknown kind or goes round in a circle
    """
    def failed(_manager: object, entry_point: object, error: BaseException) -> None:
        raise errors.ConfigurationError(
            f'the plugin {entry_point} can\'t be loaded: {error}') from error

    manager: extension.ExtensionManager[Any] = extension.ExtensionManager(
        NAMESPACE, on_load_failure_callback=failed)
    modules: list[Any] = [found.plugin for found in manager]
    return collect(modules)


def collect(modules: Iterable[types.ModuleType]) -> dict[str, type[ResourceService]]:
    """The kinds that modules define, checked.

    :raises errors.ConfigurationError: as :func:`load`
    """
    kinds: dict[str, type[ResourceService]] = {}
    for module in modules:
        for found in vars(module).values():
            if not _is_kind(found) or found.__module__ != module.__name__:
                continue
            if kinds.setdefault(found.name, found) is not found:
                other = kinds[found.name]
                raise errors.ConfigurationError(
                    f'two kinds are named {found.name!r}: {_where(found)} and {_where(other)}')
    in_order = dict(sorted(kinds.items()))
    predecessors(in_order)
    return in_order


def predecessors(kinds: Kinds) -> dict[str, frozenset[str]]:
    """For each kind, those that must be gone before, by what the classes declare.

    A kind is not its own predecessor, though resources of one kind may wait for each other.

    :raises errors.ConfigurationError: an unknown name, or a circle
    """
    last = {name for name, kind in kinds.items() if EVERYTHING in kind.delete_after}
    before: dict[str, set[str]] = {name: set() for name in kinds}
    for name, kind in kinds.items():
        for other in _known(kinds, kind, kind.delete_after):
            before[name].add(other)
        for other in _known(kinds, kind, (*kind.delete_before, *kind.holds)):
            before[other].add(name)
        if name in last:
            # What goes with this, or with what is still later, can't be gone before.
            later = {name} | {other for other in last if name in kinds[other].delete_after}
            before[name] |= {other for other, declared in kinds.items()
                             if other not in last and not later & set(declared.goes_with)}
        _known(kinds, kind, (*kind.goes_with, *kind.follows))
    _refuse_circles(kinds, before)
    return {name: frozenset(others - {name}) for name, others in before.items()}


def _known(kinds: Kinds, kind: type[ResourceService], names: Iterable[str]) -> list[str]:
    unknown = [name for name in names if name not in kinds and name != EVERYTHING]
    if unknown:
        raise errors.ConfigurationError(
            f'{_where(kind)} orders itself by unknown kinds: {", ".join(unknown)}')
    return [name for name in names if name != EVERYTHING]


def _refuse_circles(kinds: Kinds, before: Mapping[str, set[str]]) -> None:
    # What goes with another waits for it, too.
    graph = {name: {*others, *kinds[name].goes_with} - {name}
             for name, others in before.items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        raise errors.ConfigurationError(
            f'the kinds order themselves into a circle: {" -> ".join(error.args[1])}') from error


def _is_kind(found: object) -> bool:
    return (inspect.isclass(found) and issubclass(found, ResourceService)
            and all(hasattr(found, a) for a in ('service_type', 'name', 'singular', 'path')))


def _where(kind: type[ResourceService]) -> str:
    return f'{kind.__module__}.{kind.__qualname__}'


def select(kinds: Kinds, names: Iterable[str]) -> set[str]:
    """The kinds that words of the command line name: a kind's, or a service type's for all.

    :raises errors.UsageError: a word that names neither
    """
    chosen: set[str] = set()
    for word in names:
        of_service = {name for name, kind in kinds.items() if kind.service_type == word}
        if word not in kinds and not of_service:
            raise errors.UsageError(
                f'unknown resource type {word!r}; "tempest cleanup types" lists them')
        chosen |= of_service or {word}
    return chosen
