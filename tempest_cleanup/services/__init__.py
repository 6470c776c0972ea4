"""Every kind of resource that is known, found through entry points.

The entry point group names *modules*, each a plugin; each class in one that is a complete
:class:`~tempest_cleanup.services.base.ResourceService` is a kind. So a kind's name
stands in one place, its class. The kinds of this package are found in the same way.
"""
import dataclasses
import graphlib
import importlib
import inspect
import re
import types
from collections.abc import Iterable, Mapping
from importlib import metadata

from tempest_cleanup import errors
from tempest_cleanup.services.base import EVERYTHING, ResourceService

NAMESPACE = 'tempest_cleanup.services'
OURS = 'tempest-cleanup'

#: Without these nothing tells whose anything is.
NEEDED = frozenset(('domains', 'projects', 'users'))
REQUIRED = ('service_type', 'name', 'singular', 'path')

Kinds = Mapping[str, type[ResourceService]]


@dataclasses.dataclass(frozen=True)
class Plugin:
    """An entry point: a module with kinds.

    :param module: what the entry point names
    """

    name: str
    distribution: str
    module: str

    def __str__(self) -> str:
        return f'the plugin {self.name!r} of {self.distribution}'

    def answers_to(self, word: str) -> bool:
        """Whether a word of the command line means it: NAME, DISTRIBUTION or both."""
        distribution, colon, name = word.rpartition(':')
        if colon:
            return name == self.name and _normal(distribution) == _normal(self.distribution)
        return name == self.name or _normal(name) == _normal(self.distribution)


Plugins = Mapping[str, Plugin]


def installed() -> tuple[Plugin, ...]:
    """Every plugin that is installed; none of them is imported."""
    found = {Plugin(point.name, point.dist.name if point.dist else 'an unknown package',
                    point.value)
             for point in metadata.entry_points(group=NAMESPACE)}
    return tuple(sorted(found, key=lambda p: (p.distribution != OURS, p.distribution, p.name)))


def load(skip: Iterable[str] = ()) -> dict[str, type[ResourceService]]:
    """All kinds that are installed, by name, in the order of their names.

    :param skip: plugins that are not even imported. Their kinds are unknown, so others may
        order themselves by them in vain
    :raises errors.ConfigurationError: a plugin that can't be loaded, a name used twice,
        an order that names an unknown kind or goes round in a circle
    :raises errors.UsageError: a word of ``skip`` means no plugin, or nothing works without it
    """
    plugins, skip = installed(), tuple(skip)
    for word in skip:
        if not any(plugin.answers_to(word) for plugin in plugins):
            raise errors.UsageError(
                f'there is no plugin {word!r} to skip; there are: '
                + ', '.join(f'{p.name} ({p.distribution})' for p in plugins))
    wanted = [p for p in plugins if not any(p.answers_to(word) for word in skip)]
    kinds = collect([_import(plugin) for plugin in wanted],
                    {plugin.module: plugin for plugin in wanted}, partial=bool(skip))
    missing = NEEDED - set(kinds)
    if skip and missing:
        raise errors.UsageError(
            f'nothing works without {", ".join(sorted(missing))}: their plugin can\'t be skipped')
    return kinds


def collect(
    modules: Iterable[types.ModuleType], plugins: Plugins | None = None, *,
    partial: bool = False,
) -> dict[str, type[ResourceService]]:
    """The kinds that modules define, checked.

    :param plugins: by the name of a module, who brings it
    :param partial: whether a name that is not known may be that of a kind left out
    :raises errors.ConfigurationError: as :func:`load`
    """
    plugins = plugins or {}
    kinds: dict[str, type[ResourceService]] = {}
    for module in modules:
        own = [found for found in vars(module).values()
               if _is_kind(found) and found.__module__ == module.__name__]
        if not own and module.__name__ in plugins:
            plugin = plugins[module.__name__]
            raise errors.ConfigurationError(
                f'{plugin} has no kind: the module {plugin.module} defines no ResourceService '
                f'with {", ".join(REQUIRED)}' + _way_out([plugin]))
        for found in own:
            other = kinds.setdefault(found.name, found)
            if other is not found:
                raise errors.ConfigurationError(
                    f'two kinds are named {found.name!r}: {_where(found, plugins)} and '
                    f'{_where(other, plugins)}' + _way_out(_of([found, other], plugins)))
    in_order = dict(sorted(kinds.items()))
    check(in_order, plugins, partial=partial)
    return in_order


def check(kinds: Kinds, plugins: Plugins | None = None, *, partial: bool = False) -> None:
    """That the kinds have an order.

    :raises errors.ConfigurationError: an unknown name, or a circle
    """
    plugins = plugins or {}
    for kind in kinds.values():
        named = (*kind.delete_after, *kind.delete_before, *kind.holds, *kind.goes_with,
                 *kind.follows)
        unknown = sorted({name for name in named if name not in kinds and name != EVERYTHING})
        if unknown and not partial:
            raise errors.ConfigurationError(
                f'{_where(kind, plugins)} orders itself by unknown kinds: '
                f'{", ".join(unknown)}' + _way_out(_of([kind], plugins)))
    # What goes with another waits for it, too.
    graph = {name: sorted({*others, *(kinds.keys() & set(kinds[name].goes_with))} - {name})
             for name, others in predecessors(kinds).items()}
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        circle = [kinds[name] for name in error.args[1][1:]]
        raise errors.ConfigurationError(
            f'the kinds order themselves into a circle: {" -> ".join(error.args[1])}; these are '
            + ', '.join(sorted(_where(kind, plugins) for kind in circle))
            + _way_out(_of(circle, plugins))) from error


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


def _import(plugin: Plugin) -> types.ModuleType:
    try:
        return importlib.import_module(plugin.module)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever its author did
        raise errors.ConfigurationError(
            f'{plugin} can\'t be loaded: {type(error).__name__}: {error}'
            + _way_out([plugin])) from error


def _is_kind(found: object) -> bool:
    return (inspect.isclass(found) and issubclass(found, ResourceService)
            and all(hasattr(found, a) for a in REQUIRED))


def _of(kinds: Iterable[type[ResourceService]], plugins: Plugins) -> list[Plugin]:
    found = {plugins[kind.__module__] for kind in kinds if kind.__module__ in plugins}
    return sorted(found, key=str)


def _where(kind: type[ResourceService], plugins: Plugins) -> str:
    name = f'{kind.__module__}.{kind.__qualname__}'
    plugin = plugins.get(kind.__module__)
    return f'{name} ({plugin})' if plugin else name


def _way_out(plugins: Iterable[Plugin]) -> str:
    """What to do about them; our own can't be meant where another is concerned, too."""
    others = [p for p in plugins if p.distribution != OURS]
    if not others:
        return ''
    words = ' or '.join(f'--skip-plugin {p.distribution}:{p.name}' for p in others)
    return f'. Mend or uninstall it; {words} leaves it out, and keeps what is of its kinds'


def _normal(distribution: str) -> str:
    return re.sub(r'[-_.]+', '-', distribution).lower()
