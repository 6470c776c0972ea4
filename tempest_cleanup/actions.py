"""What the commands share: from the command line to a run, and from a run to the report."""
import argparse
import dataclasses
import datetime
import pathlib
from collections.abc import Iterable

from tempest_cleanup import (
    config,
    discover,
    errors,
    options,
    resource_list,
    rules,
    services,
    state,
)
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.config import Config
from tempest_cleanup.context import Filters
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Action, Key, Plan
from tempest_cleanup.progress import Progress
from tempest_cleanup.provenance import Clues
from tempest_cleanup.report import Report, as_json, console, plan_file, upstream
from tempest_cleanup.run import Choices, Run, Session, connect
from tempest_cleanup.services.base import ResourceService


@dataclasses.dataclass(frozen=True)
class Workplace:
    """What the command line and tempest.conf say, checked as far as can be without a cloud."""

    args: argparse.Namespace
    settings: Config
    kinds: services.Kinds
    progress: Progress

    @property
    def folder(self) -> pathlib.Path:
        return pathlib.Path(self.args.saved_state.absolute().parent)


def workplace(args: argparse.Namespace, progress: Progress) -> Workplace:
    """Read tempest.conf, and load the kinds.

    :raises errors.CleanupError: something of it is wrong
    """
    settings = config.load(args.config_file)
    options.settle(args, settings.cleanup)
    kinds = services.load(args.skip_plugin)
    chosen_kinds(kinds, args)
    return Workplace(args, settings, kinds, progress)


def saving(place: Workplace) -> Run:
    """A run that takes a saved state; filters mean nothing to it."""
    args = place.args
    return Run(place.settings, connect(place.settings, args.workers), place.kinds,
               Choices(args.workers, args.timeout, Filters(), args.grant), place.folder,
               place.progress)


def cleaning(place: Workplace, plan: pathlib.Path | None = None) -> Run:
    """A run that looks or cleans up, with all that narrows it.

    :param plan: a reviewed report
    """
    args = place.args
    recorded = (resource_list.recorded(place.kinds, resource_list.read())
                if by_list(args) else None)
    cloud = connect(place.settings, args.workers)
    fresh = {name: place.kinds[name](cloud) for name in ('projects', 'domains')}
    filters = Filters(
        kinds=chosen_kinds(place.kinds, args),
        projects=resolve(fresh['projects'], args.project),
        domains=resolve(fresh['domains'], args.domain),
        created_before=(datetime.datetime.now(datetime.UTC) - args.older_than
                        if args.older_than else None),
        prefix=args.prefix or '', restore=args.restore, recorded=recorded,
        tempest_only=args.tempest_only,
        reviewed=plan_file.load(plan, cloud.fingerprint()) if plan else None)
    choices = Choices(args.workers, args.timeout, filters, args.grant,
                      not args.delete_tempest_conf_objects, clues(place, cloud))
    return Run(place.settings, cloud, place.kinds, choices, place.folder, place.progress)


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
        prefixes=tuple(p for p in (place.settings.prefix, place.args.prefix) if p),
        own=frozenset((Key('users', cloud.user_id), Key('projects', cloud.project_id))))


def by_list(args: argparse.Namespace) -> bool:
    """Whether resource_list.json says what may be deleted."""
    return bool(args.resource_list and not args.prefix)


def chosen_kinds(kinds: services.Kinds, args: argparse.Namespace) -> frozenset[str] | None:
    """The kinds that may be deleted, None for all.

    What owns things of kinds that were skipped stays, unless it is asked for by its name:
    it can't be known to be empty, and nothing tells what is in it once it is gone.
    """
    if not args.type and not args.skip_type and not args.skip_plugin:
        return None
    chosen = services.select(kinds, args.type) if args.type else set(kinds)
    if args.skip_plugin:
        chosen -= rules.OWNERS - set(args.type)
    return frozenset(chosen - services.select(kinds, args.skip_type))


def check_size(planned: Plan, most: int) -> None:
    """The guard against a wrong or ancient saved state.

    :raises errors.Refused: more would be deleted than the limit allows
    """
    count = sum(d.action is Action.DELETE for d in planned.decisions)
    if count > most:
        raise errors.Refused(
            f'{count} resources would be deleted, more than --max-deletes {most}. Nothing was '
            'changed. Is this the right saved state? Look with --dry-run, then allow it with '
            f'--max-deletes {count}')


def resolve(
    kind: ResourceService, words: Iterable[str],
) -> frozenset[str] | None:
    """Ids of the projects or domains that the command line names by id or name.

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
            raise errors.UsageError(f'there is no {kind.singular} {word!r}')
        found |= matching
    return frozenset(found)


def look(run: Run, session: Session, saved: state.SavedState | None) -> Report:
    """A dry run."""
    report = run.report('Dry run', saved, session.picture(saved))
    upstream.write(report)
    return report


def clean(
    run: Run, session: Session, saved: state.SavedState | None, most: int,
) -> Report:
    """A clean-up.

    :raises errors.Refused: too much would be deleted
    """
    first = session.picture(saved)
    check_size(first.plan, most)
    return run.report('Clean-up', saved, first, session.clean(saved, first))


def tell(report: Report, place: Workplace) -> ExitCode:
    """Show and write the report, and take out of Tempest's list what is gone."""
    code = report.exit_code(fail_on_leaks=place.args.fail_on_leaks)
    console.show(report, code)
    for path in place.args.report:
        as_json.write(path, report, code)
    if by_list(place.args) and report.outcomes is not None:
        resource_list.write(resource_list.without(
            place.kinds, resource_list.read_if_there(),
            (o.resource for o in report.outcomes if o.ok)))
    return code
