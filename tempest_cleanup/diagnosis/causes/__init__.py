"""Why a resource was left: recognisers, found through entry points.

The entry point group names *modules*, each a plugin; each class in one that is a complete
:class:`~tempest_cleanup.diagnosis.causes.base.Recogniser` is a cause. Those of this package
are found in the same way.
"""
import dataclasses
import inspect
import re
import types
from collections.abc import Iterable, Mapping

from tempest_cleanup import errors, plugins
from tempest_cleanup.diagnosis.causes.base import Recogniser, test_of
from tempest_cleanup.diagnosis.model import Case, Cause, Certainty, Source
from tempest_cleanup.plugins import Plugin

Recognisers = Mapping[str, Recogniser]

#: The surest first.
ORDER = tuple(Certainty)

UNKNOWN = 'unknown'
SLUG = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*')


def load(skip: Iterable[str] = ()) -> dict[str, Recogniser]:
    """All recognisers that are installed, by name, in the order of their rank.

    :param skip: plugins that are not even imported
    :raises errors.ConfigurationError: a plugin that can't be loaded, a name used twice
    :raises errors.UsageError: a word of ``skip`` means no plugin
    """
    wanted = plugins.wanted(plugins.CAUSES, skip)
    return collect([plugins.load(plugin) for plugin in wanted],
                   {plugin.module: plugin for plugin in wanted})


def collect(
    modules: Iterable[types.ModuleType], bringers: Mapping[str, Plugin] | None = None,
) -> dict[str, Recogniser]:
    """The recognisers that modules define, checked.

    :param bringers: by the name of a module, who brings it
    :raises errors.ConfigurationError: as :func:`load`
    """
    found: dict[str, Recogniser] = {}
    for module in modules:
        own = [c for c in vars(module).values() if _is_one(c) and c.__module__ == module.__name__]
        bringer = (bringers or {}).get(module.__name__)
        who = f'{bringer}' if bringer else module.__name__
        out = plugins.way_out([bringer] if bringer else [])
        if not own:
            raise errors.ConfigurationError(
                f'{who} has no cause: the module {module.__name__} defines no Recogniser' + out)
        for one in own:
            name = getattr(one, 'name', '')
            if not SLUG.fullmatch(name) or name == UNKNOWN or not one.__doc__:
                raise errors.ConfigurationError(
                    f'{who}: {one.__qualname__} needs a docstring, and a name of lower case '
                    f'words joined by hyphens; it has {name!r}' + out)
            if name in found:
                raise errors.ConfigurationError(
                    f'{who}: two causes are named {name!r}: {one.__module__}.'
                    f'{one.__qualname__} and {type(found[name]).__module__}.'
                    f'{type(found[name]).__qualname__}' + out)
            found[name] = one()
    return dict(sorted(found.items(), key=lambda item: (item[1].rank, item[0])))


def recognise(case: Case, recognisers: Recognisers) -> tuple[Cause, ...]:
    """Every cause that speaks for itself in a case, the one to be held for it first.

    The surest stands first; among those as sure, the one with the lowest rank. What the
    clean-up itself met says why a resource is still there, not why it was left: it comes after
    all that is at least likely. There is always one: that nothing is known says what was
    looked at.
    """
    found: list[tuple[int, int, str, Cause]] = []
    broken: list[str] = []
    for one in recognisers.values():
        if one.of_changes != bool(case.changes):
            continue
        try:
            cause = one.recognise(case)
        except Exception as error:  # noqa: BLE001  # a plugin's fault is no reason to know nothing
            broken.append(f'{one.name} failed: {error!r}')
            continue
        if cause:
            found.append((place(cause), one.rank, one.name, cause))
    found.sort(key=lambda item: item[:3])
    causes = tuple(cause for *_, cause in found) or (unknown(case),)
    if broken:
        first = dataclasses.replace(causes[0], why='; '.join((causes[0].why, *broken)))
        causes = (first, *causes[1:])
    return causes


def place(cause: Cause) -> int:
    """Where a cause stands by how sure it is, and whose evidence it is drawn from first."""
    ours = bool(cause.evidence) and cause.evidence[0].source is Source.CLEANUP
    return 2 * max(ORDER.index(cause.certainty), ORDER.index(Certainty.LIKELY) if ours else 0) + (
        1 if ours else 0)


def unknown(case: Case) -> Cause:
    """Nothing tells why: an honest answer, with what was looked at."""
    where = ', '.join(sorted(str(s) for s in case.looked)) or 'nothing but its listing'
    facts = f' ({len(case.evidence)} facts)' if case.evidence else ''
    return Cause(
        UNKNOWN, 'Nothing tells why it was left', Certainty.UNKNOWN, f'looked at: {where}{facts}',
        'Run Tempest with debug logging and look again with --tempest-log and --subunit',
        case.resource.key, test_of(case), evidence=case.evidence)


def _is_one(found: object) -> bool:
    return (inspect.isclass(found) and issubclass(found, Recogniser)
            and not inspect.isabstract(found))
