"""What can be listed, in which scope, and why not."""
import collections
from collections.abc import Iterator, Mapping

from tempest_cleanup import grants
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.doctor.examined import Examined, attempt
from tempest_cleanup.doctor.findings import Area, Finding, Level
from tempest_cleanup.errors import CleanupError
from tempest_cleanup.model import Coverage, Inventory, Scope, Seen
from tempest_cleanup.services.base import ResourceService

NAME = 'listings'


def listings(found: Examined) -> Area:
    """Whether a run would see everything, and which roles it would give itself for that."""
    settings, cloud, inventory = found.settings, found.cloud, found.inventory
    if isinstance(settings, CleanupError) or isinstance(cloud, CleanupError):
        return Area(NAME, 'not tried without a token')
    if isinstance(inventory, CleanupError):
        return Area(NAME, 'not complete', (Finding(Level.UNSEEN, str(inventory)),))
    whole = [c for c in inventory.coverage if c.whole]
    summary = (f'{len(whole)} of {len(inventory.coverage)} complete, '
               f'{len(inventory)} resources of {len(found.listable)} kinds')
    paths = attempt(lambda: _paths(found.listable, cloud, inventory, settings.reseller_role))
    if isinstance(paths, CleanupError):
        return Area(NAME, summary, (Finding(
            Level.UNSEEN, f'our own roles can\'t be listed: {paths}'),))
    return Area(NAME, summary, tuple(troubles(
        inventory, found.listable, paths, allowed=found.args.grant)))


def _paths(
    kinds: Mapping[str, ResourceService], cloud: Cloud, inventory: Inventory, reseller: str,
) -> list[str]:
    """The roles that a run would give itself."""
    role = next((r.id for r in inventory.of('roles') if r.name == reseller), '')
    return grants.needed(kinds.values(), cloud, grants.own_assignments(cloud),
                         inventory.of('projects'), role)


def troubles(
    inventory: Inventory, kinds: Mapping[str, ResourceService], paths: list[str], *,
    allowed: bool,
) -> Iterator[Finding]:
    """One for each reason, with the kinds that it is about. Pure.

    :param paths: the roles that a run would give itself
    :param allowed: whether it may
    """
    reasons: dict[tuple[str, Seen, str], list[Coverage]] = collections.defaultdict(list)
    for coverage in inventory.coverage:
        if coverage.whole:
            continue
        wanting = coverage.seen is Seen.FORBIDDEN and bool(paths) and is_for_a_role(
            kinds[coverage.kind], coverage)
        service_type = '' if wanting else kinds[coverage.kind].service_type
        reasons[service_type, coverage.seen, '' if wanting else coverage.detail].append(coverage)
    for (service_type, seen, detail), blind in sorted(reasons.items()):
        names = ', '.join(sorted({c.kind for c in blind}))
        if service_type:
            where = {c.tenant for c in blind} - {''}
            of = f' of {len(where)} projects or users' if where else ''
            yield Finding(Level.UNSEEN, f'{service_type}: {names}{of}: {seen}: {detail}')
        elif allowed:
            yield Finding(Level.NOTE, f'{len(blind)} listings need a role, which a run gives '
                          f'itself and takes back: {names} ({"; ".join(paths)})')
        else:
            yield Finding(Level.UNSEEN, f'{len(blind)} listings need a role, and --no-grant or '
                          f'[cleanup] grant forbids to give it: {names}')


def is_for_a_role(kind: ResourceService, coverage: Coverage) -> bool:
    """Whether the token that a listing needs is one that a role is needed for."""
    if kind.token is Scope.CLOUD:
        return True
    return bool(coverage.tenant) and (kind.token is not None or kind.scope is Scope.PROJECT)
