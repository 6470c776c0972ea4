"""What the commands share: from the command line to a run, and from a run to the report."""
import argparse
import contextlib
import dataclasses
import datetime
import pathlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping

from tempest_cleanup import (
    config,
    discover,
    errors,
    files,
    history,
    options,
    plugins,
    remedies,
    resource_list,
    rules,
    services,
    state,
)
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.config import Config
from tempest_cleanup.context import Filters
from tempest_cleanup.diagnosis import causes, workspace
from tempest_cleanup.diagnosis.hearing import Hearing
from tempest_cleanup.diagnosis.model import Trail
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.explain import Explainer
from tempest_cleanup.model import Action, Inventory, Key, Plan, Resource
from tempest_cleanup.progress import Progress
from tempest_cleanup.provenance import Clues
from tempest_cleanup.recount import Recount
from tempest_cleanup.remedies import databases, operator
from tempest_cleanup.remedies.changes import Databases, Limit
from tempest_cleanup.remedies.databases.preview import previews
from tempest_cleanup.remedies.saved_rows import SavedRows
from tempest_cleanup.remedies.sql import Connections
from tempest_cleanup.report import Report, console, forms, plan_file, remembered, upstream
from tempest_cleanup.run import Choices, Run, Trails, connect
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.session import Session
from tempest_cleanup.tempest_plugin import DEFAULTS

#: The end of a message: a name that is written wrongly must protect, or nothing goes on.
PROTECTED = ', which is to be protected: see --protect-project and [cleanup] protect_project'


@dataclasses.dataclass(frozen=True)
class Workplace:
    """What the command line and tempest.conf say, checked as far as can be without a cloud."""

    args: argparse.Namespace
    settings: Config
    kinds: services.Kinds
    recognisers: causes.Recognisers
    ladders: remedies.Ladders
    fixes: databases.Fixes
    progress: Progress

    @property
    def folder(self) -> pathlib.Path:
        return folder(self.args)


def workplace(args: argparse.Namespace, progress: Progress) -> Workplace:
    """Read tempest.conf, and load the kinds.

    :raises errors.CleanupError: something of it is wrong
    """
    settings = config.load(args.config_file)
    options.settle(args, settings.cleanup)
    if args.history:
        history.check(args.history)
    kinds = services.load(args.skip_plugin)
    chosen_kinds(kinds, args)
    ladders, fixes = ways_out(args, kinds, settings)
    return Workplace(args, settings, kinds, causes.load(args.skip_plugin), ladders, fixes,
                     progress)


def folder(args: argparse.Namespace) -> pathlib.Path:
    """Where the saved state is, and all that is kept beside it."""
    return pathlib.Path(args.saved_state.absolute().parent)


def ways_out(
    args: argparse.Namespace, kinds: services.Kinds, settings: Config,
) -> tuple[remedies.Ladders, databases.Fixes]:
    """The remedies that may be used, and those of them that change databases.

    They are loaded also where they may not: a plugin or a file that is broken is to be told.

    :raises errors.CleanupError: something of it is wrong, or can't be used
    """
    found = Databases(Connections(settings.databases), SavedRows(folder(args)),
                      Limit(args.fix_limit))
    fixes = databases.available(databases.Hand(
        found, databases.Layouts(found.connections), args.fix_after)) if (
            args.remedies and args.database_remedies) else databases.Fixes()
    loaded = remedies.load(args.skip_plugin)
    if args.remedies_file:
        loaded += operator.load(args.remedies_file, kinds, found, partial=bool(args.skip_plugin))
    climbed = remedies.ladders((*loaded, *fixes.remedies), kinds)
    return climbed if args.remedies else {}, fixes


def check_protected(place: Workplace, cloud: Cloud) -> None:
    """Before anything is run that takes long.

    :raises errors.UsageError: a project that is to be protected does not exist
    """
    resolve(place.kinds['projects'](cloud), place.args.protect_project, PROTECTED)


def saving(place: Workplace) -> Run:
    """A run that takes a saved state; filters mean nothing to it."""
    args = place.args
    return Run(place.settings, connect(place.settings, args.workers), place.kinds,
               Choices(args.workers, args.timeout, Filters(), args.grant), place.folder,
               place.progress)


@dataclasses.dataclass(frozen=True)
class Cleaning:
    """A run that looks or cleans up, and what says why something was left."""

    run: Run
    explainer: Explainer
    fixes: databases.Fixes
    recount: Recount


def cleaning(
    place: Workplace, stop: threading.Event, plan: pathlib.Path | None = None,
) -> Cleaning:
    """A run that looks or cleans up, with all that narrows it.

    :param plan: a reviewed report
    """
    args = place.args
    recorded = (resource_list.recorded(place.kinds, resource_list.read())
                if by_list(args) else None)
    cloud = connect(place.settings, args.workers)
    fresh = {name: place.kinds[name](cloud) for name in ('projects', 'domains')}
    protected_projects = resolve(
        fresh['projects'], args.protect_project, PROTECTED) or frozenset()
    filters = Filters(
        kinds=chosen_kinds(place.kinds, args),
        projects=resolve(fresh['projects'], args.project),
        domains=resolve(fresh['domains'], args.domain),
        created_before=(datetime.datetime.now(datetime.UTC) - args.older_than
                        if args.older_than else None),
        prefix=args.prefix or '', restore=args.restore, recorded=recorded,
        tempest_only=args.tempest_only,
        reviewed=plan_file.load(plan, cloud.fingerprint()) if plan else None)
    hearing = listen(place)
    choices = Choices(args.workers, args.timeout, filters, args.grant,
                      not args.delete_tempest_conf_objects, args.settle, clues(place, cloud),
                      hearing.trails if args.tempest_only else heard_if_possible(place, hearing),
                      place.ladders, protected_projects, args.max_deletes)
    run = Run(place.settings, cloud, place.kinds, choices, place.folder, place.progress)
    return Cleaning(run, Explainer(run, place.recognisers, hearing, stop), place.fixes,
                    Recount(place.fixes.usages, run, stop))


def clues(place: Workplace, cloud: Cloud) -> Clues:
    """What is known of the Tempest run without looking at the cloud.

    :raises errors.FileError: --tempest-only relies on a list of resources that is broken
    """
    try:
        recorded = resource_list.read_if_there()
    except errors.FileError as error:
        if place.args.tempest_only:
            raise
        place.progress.event(f'{error}; it proves nothing')
        recorded = {}
    return Clues(
        recorded=resource_list.recorded(place.kinds, recorded),
        accounts=place.settings.accounts,
        prefixes=tuple(p for p in (
            place.settings.traces.prefix and f'{place.settings.traces.prefix}-',
            place.args.prefix) if p),
        own=frozenset((Key('users', cloud.user_id), Key('projects', cloud.project_id))))


def listen(place: Workplace) -> Hearing:
    """To the files that Tempest has left here, or that the command line names.

    :raises errors.FileError: one that is named is missing
    """
    settings, args = place.settings, place.args
    accounts = {name for one in settings.accounts for name in (one.user, one.project) if name}
    return Hearing(
        workspace.find(pathlib.Path(), settings.traces.log_dir, settings.traces.log_file,
                       args.tempest_log, args.subunit),
        frozenset(accounts), settings.traces.prefix)


def heard_if_possible(place: Workplace, hearing: Hearing) -> Trails:
    """What the log tells; where it can't be read, that is told, and it proves nothing."""
    def trails(
        kinds: Mapping[str, ResourceService], inventory: Inventory,
        resources: Collection[Resource],
    ) -> Mapping[Key, Trail]:
        try:
            return hearing.trails(kinds, inventory, resources)
        except errors.FileError as error:
            place.progress.event(f'{error}; it proves nothing')
            return {}
    return trails


def by_list(args: argparse.Namespace) -> bool:
    """Whether resource_list.json says what may be deleted."""
    return bool(args.resource_list and not args.prefix)


def chosen_kinds(kinds: services.Kinds, args: argparse.Namespace) -> frozenset[str] | None:
    """The kinds that may be deleted, None for all.

    What owns things of kinds that were skipped stays, unless it is asked for by its name:
    it can't be known to be empty, and nothing tells what is in it once it is gone.
    """
    left_out = set(plugins.installed(plugins.KINDS)) - set(
        plugins.wanted(plugins.KINDS, args.skip_plugin))
    if not args.type and not args.skip_type and not left_out:
        return None
    chosen = services.select(kinds, args.type) if args.type else set(kinds)
    if left_out:
        chosen -= rules.OWNERS - set(args.type)
    return frozenset(chosen - services.select(kinds, args.skip_type))


def check_size(planned: Plan, most: int) -> None:
    """The guard against a wrong or ancient saved state.

    :raises errors.Refused: more would be deleted than the limit allows
    """
    count = len(planned.of(Action.DELETE))
    if count > most:
        raise errors.Refused(
            f'{count} resources would be deleted, more than --max-deletes {most}. Nothing was '
            'changed. A Tempest run leaves some hundred, and a wrong or ancient saved state '
            f'thousands: hence the default of {DEFAULTS["max_deletes"]}. Is this the right saved '
            f'state? Look with --dry-run, then allow it with --max-deletes {count}')


def resolve(
    kind: ResourceService, words: Iterable[str], what: str = '',
) -> frozenset[str] | None:
    """Ids of the projects or domains that the command line names by id or name.

    :param what: the end of the message, where there is none of them
    :returns: None where it names none
    :raises errors.UsageError: there is no such project or domain
    """
    words = tuple(words)
    if not words:
        return None
    listed, coverage = discover.list_kind(kind, None)
    if not coverage.whole:
        raise errors.UsageError(f'the {kind.name} can\'t be listed: {coverage.detail}')
    found = set()
    for word in words:
        matching = {r.id for r in listed if word in (r.id, r.name)}
        if not matching:
            raise errors.UsageError(f'there is no {kind.singular} {word!r}{what}')
        found |= matching
    return frozenset(found)


def look(doing: Cleaning, session: Session, saved: state.SavedState | None) -> Report:
    """A dry run.

    :raises errors.FileError: dry_run.json can't be written
    """
    files.check(pathlib.Path(upstream.PATH))
    picture = session.settled(saved)
    report = doing.run.report('Dry run', saved, picture,
                              diagnosis=doing.explainer.first(picture))
    report = doing.recount.shown(report, picture, saved)
    upstream.write(report)
    return dataclasses.replace(report, previews=(*report.previews, *previews(
        doing.fixes.remedies, picture.kinds,
        (d.resource for d in picture.plan.of(Action.DELETE)))))


def clean(
    doing: Cleaning, session: Session, saved: state.SavedState | None, most: int,
) -> Report:
    """A clean-up.

    :raises errors.Refused: too much would be deleted
    """
    first = session.settled(saved)
    check_size(first.plan, most)
    diagnosis = doing.explainer.first(first)
    cleaned = session.clean(saved, first)
    diagnosis = doing.explainer.revised(diagnosis, first, cleaned)
    cleaned = doing.recount.mended(cleaned, saved)
    return doing.run.report('Clean-up', saved, first, cleaned, diagnosis)


def tell(report: Report, place: Workplace) -> ExitCode:
    """Write and show the report, and take out of Tempest's list what is gone.

    The screen is last: whoever reads it may go away, and no file may be lost for that.

    :raises errors.FileError: something could not be written; all else was
    """
    args = place.args
    failed: list[errors.FileError] = []

    with _noting(failed):
        report = remembered(report, args.history) if args.history else report
    code = report.exit_code(fail_on_leaks=args.fail_on_leaks)
    failed += forms.write_all(args.report, report, code)
    with _noting(failed):
        _take_out(report, place)
    with _noting(failed):
        console.show(report, code)
    if failed:
        raise errors.FileError('; '.join(str(error) for error in failed))
    return code


@contextlib.contextmanager
def _noting(failed: list[errors.FileError]) -> Iterator[None]:
    """Have a file that can't be written told later: the others come first."""
    try:
        yield
    except errors.FileError as error:
        failed.append(error)


def _take_out(report: Report, place: Workplace) -> None:
    """Of Tempest's own list, what is gone."""
    if by_list(place.args) and report.outcomes is not None:
        resource_list.write(resource_list.without(
            place.kinds, resource_list.read_if_there(),
            (o.resource for o in report.outcomes if o.ok)))
