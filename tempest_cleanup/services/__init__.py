"""Every kind of resource that is known, found through entry points.

The entry point group names *modules*, each a plugin; each class in one that is a complete
:class:`~tempest_cleanup.services.base.ResourceService` is a kind. So a kind's name
stands in one place, its class. The kinds of this package are found in the same way.
"""
import graphlib
import inspect
import types
from collections.abc import Iterable, Mapping

from tempest_cleanup import errors, plugins
from tempest_cleanup.plugins import Plugin
from tempest_cleanup.services.base import EVERYTHING, ResourceService

#: Without these nothing tells whose anything is.
NEEDED = frozenset(('domains', 'projects', 'users'))
REQUIRED = ('service_type', 'name', 'singular', 'path')

Kinds = Mapping[str, type[ResourceService]]
Plugins = Mapping[str, Plugin]


def load(skip: Iterable[str] = ()) -> dict[str, type[ResourceService]]:
    """All kinds that are installed, by name, in the order of their names.

    :param skip: plugins that are not even imported. Their kinds are unknown, so others may
        order themselves by them in vain
    :raises errors.ConfigurationError: a plugin that can't be loaded, a name used twice,
        an order that names an unknown kind or goes round in a circle
    :raises errors.UsageError: a word of ``skip`` means no plugin, or nothing works without it
    """
    skip = tuple(skip)
    wanted = plugins.wanted(plugins.KINDS, skip)
    partial = set(wanted) != set(plugins.installed(plugins.KINDS))
    kinds = collect([plugins.load(plugin) for plugin in wanted],
                    {plugin.module: plugin for plugin in wanted}, partial=partial)
    missing = NEEDED - set(kinds)
    if partial and missing:
        raise errors.UsageError(
            f'nothing works without {", ".join(sorted(missing))}: their plugin can\'t be skipped')
    return kinds


def collect(
    modules: Iterable[types.ModuleType], bringers: Plugins | None = None, *,
    partial: bool = False,
) -> dict[str, type[ResourceService]]:
    """The kinds that modules define, checked.

    :param bringers: by the name of a module, who brings it
    :param partial: whether a name that is not known may be that of a kind left out
    :raises errors.ConfigurationError: as :func:`load`
    """
    bringers = bringers or {}
    kinds: dict[str, type[ResourceService]] = {}
    for module in modules:
        own = [found for found in vars(module).values()
               if _is_kind(found) and found.__module__ == module.__name__]
        if not own and module.__name__ in bringers:
            plugin = bringers[module.__name__]
            raise errors.ConfigurationError(
                f'{plugin} has no kind: the module {plugin.module} defines no ResourceService '
                f'with {", ".join(REQUIRED)}' + plugins.way_out([plugin]))
        for found in own:
            other = kinds.setdefault(found.name, found)
            if other is not found:
                raise errors.ConfigurationError(
                    f'two kinds are named {found.name!r}: {_where(found, bringers)} and '
                    f'{_where(other, bringers)}' + plugins.way_out(_of([found, other], bringers)))
    in_order = dict(sorted(kinds.items()))
    check(in_order, bringers, partial=partial)
    return in_order


def check(kinds: Kinds, bringers: Plugins | None = None, *, partial: bool = False) -> None:
    """That the kinds have an order.

    :raises errors.ConfigurationError: an unknown name, or a circle
    """
    bringers = bringers or {}
    for kind in kinds.values():
        named = (*kind.delete_after, *kind.delete_before, *kind.holds, *kind.goes_with,
                 *kind.follows, *kind.kept_with, *kind.spared_by)
        unknown = sorted({name for name in named if name not in kinds and name != EVERYTHING})
        if unknown and not partial:
            raise errors.ConfigurationError(
                f'{_where(kind, bringers)} orders itself by unknown kinds: '
                f'{", ".join(unknown)}' + plugins.way_out(_of([kind], bringers)))
    # What goes with another waits for it, too.
    graph = {name: sorted({*others, *(kinds.keys() & set(kinds[name].goes_with))} - {name})
             for name, others in predecessors(kinds).items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = [kinds[name] for name in error.args[1][1:]]
        raise errors.ConfigurationError(
            f'the kinds order themselves into a circle: {" -> ".join(error.args[1])}; these are '
            + ', '.join(sorted(_where(kind, bringers) for kind in circle))
            + plugins.way_out(_of(circle, bringers))) from error


def predecessors(kinds: Kinds) -> dict[str, frozenset[str]]:
    """For each kind, those that must be gone before, by what the classes declare.

    A kind is not its own predecessor, though resources of one kind may wait for each other.
    What is not there orders nothing; :func:`check` says what has to be.
    """
    last = {name for name, kind in kinds.items() if EVERYTHING in kind.delete_after}
    before: dict[str, set[str]] = {name: set() for name in kinds}
    for name, kind in kinds.items():
        before[name] |= kinds.keys() & set(kind.delete_after)
        for other in kinds.keys() & {*kind.delete_before, *kind.holds}:
            before[other].add(name)
        if name in last:
            # What goes with this, or with what is still later, can't be gone before.
            later = {name} | {other for other in last if name in kinds[other].delete_after}
            before[name] |= {other for other, declared in kinds.items()
                             if other not in last and not later & set(declared.goes_with)}
    return {name: frozenset(others - {name}) for name, others in before.items()}


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


def _is_kind(found: object) -> bool:
    return (inspect.isclass(found) and issubclass(found, ResourceService)
            and all(hasattr(found, a) for a in REQUIRED))


def _of(kinds: Iterable[type[ResourceService]], bringers: Plugins) -> list[Plugin]:
    found = {bringers[kind.__module__] for kind in kinds if kind.__module__ in bringers}
    return sorted(found, key=str)


def _where(kind: type[ResourceService], bringers: Plugins) -> str:
    name = f'{kind.__module__}.{kind.__qualname__}'
    plugin = bringers.get(kind.__module__)
    return f'{name} ({plugin})' if plugin else name
