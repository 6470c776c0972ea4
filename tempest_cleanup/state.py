"""saved_state.json: the inventory before a run.

Also reads the older file of upstream's ``tempest cleanup``, for what it is worth.
"""
import dataclasses
import datetime
import enum
import functools
import hashlib
import json
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema

from tempest_cleanup import errors, files
from tempest_cleanup.model import Coverage, Inventory, Key, Resource, Seen, Tenant
from tempest_cleanup.services.base import parse_time

FORMAT = 1
WHAT = 'saved state'

#: What of a resource is written down as it is.
WORDS = ('name', 'project_id', 'user_id', 'domain_id')

SCHEMA: Mapping[str, Any] = {
    'type': 'object',
    'required': ['format', 'saved_at', 'cloud', 'kinds', 'coverage', 'resources', 'checksum'],
    'properties': {
        'format': {'type': 'integer'},
        'saved_at': {'type': 'string'},
        'cloud': {'type': 'object', 'additionalProperties': {'type': 'string'}},
        'kinds': {'type': 'array', 'items': {'type': 'string'}},
        'coverage': {'type': 'array', 'items': {
            'type': 'object', 'required': ['kind', 'seen'], 'additionalProperties': False,
            'properties': {'seen': {'enum': [str(seen) for seen in Seen]},
                           'count': {'type': 'integer'},
                           **dict.fromkeys(('kind', 'tenant', 'detail'), {'type': 'string'})}}},
        'resources': {'type': 'object', 'additionalProperties': {
            'type': 'object', 'additionalProperties': {
                'type': 'object',
                'properties': {'settings': {'type': 'object'},
                               **dict.fromkeys((*WORDS, 'created_at'), {'type': 'string'})}}}},
        'checksum': {'type': 'string'},
    },
}

#: What upstream lists completely. It sees servers, volumes, snapshots and key pairs of
#: the admin's project only, no private flavors, no hidden or community images, no
#: default security groups.
UPSTREAM_COMPLETE = frozenset((
    'domains', 'floatingips', 'metering_label_rules', 'metering_labels', 'networks',
    'projects', 'regions', 'roles', 'routers', 'subnetpools', 'subnets', 'users'))


class Stage(enum.StrEnum):
    """How far the ``tempest cleanup run`` got that wrote a saved state."""

    UNDER_WAY = 'under way'
    REPORTED = 'reported'
    LEFT = 'reported, and something was left'


@dataclasses.dataclass(frozen=True)
class SavedState:
    """What was there before the run, and how much of it was seen.

    :param cloud: the fingerprint; empty in upstream's file, which has none
    :param checksum: of the file; empty for upstream's
    """

    saved_at: datetime.datetime | None
    cloud: Mapping[str, str]
    kinds: frozenset[str]
    inventory: Inventory
    checksum: str = dataclasses.field(default='', compare=False)

    @functools.cached_property
    def keys(self) -> frozenset[Key]:
        return frozenset(self.inventory.by_key())

    @functools.cached_property
    def _coverage(self) -> dict[tuple[str, str], Coverage]:
        return {(c.kind, c.tenant): c for c in self.inventory.coverage}

    def doubt(self, kind: str, tenant: Tenant | None) -> str:
        """Why something of this kind may have been there unseen; '' where it can't."""
        doubtful = self.doubtful(kind, tenant)
        return doubtful.detail if doubtful else ''

    def doubtful(self, kind: str, tenant: Tenant | None) -> Coverage | None:
        """The listing that may have missed something of this kind; None where none can have.

        Its detail is the doubt.
        """
        where = tenant.id if tenant else ''
        if kind not in self.kinds:
            return Coverage(kind, Seen.ABSENT, detail=f'the saved state does not know {kind}')
        found = self._coverage.get((kind, where)) or self._coverage.get((kind, ''))
        if found is None and tenant is not None:
            owners = f'{tenant.scope}s'
            if Key(owners, tenant.id) in self.keys or self.doubtful(owners, None):
                return Coverage(
                    kind, Seen.ABSENT, where,
                    detail=f'the saved state did not see the {kind} of {tenant.scope} {where}')
            return None
        if found is None or found.seen is not Seen.COMPLETE:
            seen = found.seen if found else Seen.ABSENT
            detail = f'{found.seen}: {found.detail}' if found else 'not listed'
            return Coverage(kind, seen, found.tenant if found else '',
                            detail=f'the saved state did not see all {kind} ({detail})')
        return None


def save(
    path: pathlib.Path, inventory: Inventory, cloud: Mapping[str, str], kinds: Iterable[str],
    now: datetime.datetime, stage: Stage | None = None,
) -> None:
    """Write the saved state, whole or not at all.

    :param stage: where ``tempest cleanup run`` writes it
    :raises errors.FileError: it can't be written
    """
    data: dict[str, Any] = {
        'format': FORMAT, 'saved_at': now.isoformat(), 'cloud': dict(cloud),
        'kinds': sorted(kinds),
        'coverage': [dataclasses.asdict(c) for c in inventory.coverage],
        'resources': {kind: {r.id: _entry(r) for r in sorted(found, key=lambda r: r.id)}
                      for kind, found in sorted(inventory.resources.items())},
    }
    _write(path, data | ({'run': str(stage)} if stage else {}))


def _write(path: pathlib.Path, data: Mapping[str, Any]) -> None:
    files.write_json(path, {**data, 'checksum': checksum(data)})


def stage_of(path: pathlib.Path) -> Stage | None:
    """For which end of ``tempest cleanup run`` a file was written, None for any other file.

    :raises errors.FileError: it is missing or broken
    """
    data = files.read_json(path, WHAT)
    word = data.get('run') if isinstance(data, dict) else None
    return Stage(word) if word in list(Stage) else None


def put_aside(path: pathlib.Path) -> pathlib.Path:
    """Give a saved state a name with its time, so that the next one can take its place.

    :returns: the new name
    :raises errors.FileError: it is broken, or can't be renamed
    """
    data = files.read_json(path, WHAT)
    at = parse_time(data.get('saved_at')) if isinstance(data, dict) else None
    if at is None:
        raise errors.FileError(f'{path} does not say when it was saved; name another file')
    aside = path.with_name(f'{path.stem}-{at:%Y%m%dT%H%M%S}{path.suffix}')
    try:
        return path.rename(aside)
    except OSError as error:
        raise errors.FileError(f'can\'t rename {path}: {error.strerror or error}') from error


def reported(path: pathlib.Path, saved: SavedState, stage: Stage) -> None:
    """Note in the file that a report was made with it, and how it was.

    :param saved: what the file had when it was written
    :raises errors.FileError: it is not that file any more, or was edited
    """
    data = files.read_json(path, WHAT)
    if not isinstance(data, dict) or not (
            data.pop('checksum', None) == saved.checksum == checksum(data)):
        raise errors.FileError(
            f'{path} was edited or replaced while the command ran; the report is about what was '
            'saved before it. Remove the file, or restore it')
    _write(path, data | {'run': str(stage)})


def load(path: pathlib.Path, cloud: Mapping[str, str], own_user_id: str) -> SavedState:
    """Read a saved state and check that it is whole and of this cloud.

    :param cloud: this cloud's fingerprint
    :param own_user_id: must be in upstream's file, which has no fingerprint
    :raises errors.FileError: it is missing, broken, edited, of another cloud or newer
    """
    data = files.read_json(path, WHAT)
    if isinstance(data, dict) and 'format' not in data and isinstance(data.get('users'), dict):
        return _upstream(path, data, own_user_id)
    if isinstance(data, dict) and isinstance(data.get('format'), int) and data['format'] > FORMAT:
        raise errors.FileError(
            f'{path} has format {data["format"]}, this version reads up to {FORMAT}: '
            'upgrade tempest-cleanup')
    try:
        jsonschema.validate(data, SCHEMA)
    except jsonschema.ValidationError as error:
        raise errors.FileError(f'{path} is not a saved state: {error.message}') from error
    mark = data.pop('checksum')
    if mark != checksum(data):
        raise errors.FileError(
            f'{path} was changed or damaged after it was written: its checksum is wrong. '
            'Restore it, or make it again with --init-saved-state')
    if data['cloud'] != dict(cloud):
        raise errors.FileError(
            f'{path} is of another cloud: {words(data["cloud"])}; this one is {words(cloud)}. '
            'Check tempest.conf and the file')
    return SavedState(
        parse_time(data['saved_at']), data['cloud'], frozenset(data['kinds']),
        Inventory({kind: tuple(_resource(kind, identifier, entry)
                               for identifier, entry in entries.items())
                   for kind, entries in data['resources'].items()},
                  tuple(Coverage(**{**c, 'seen': Seen(c['seen'])}) for c in data['coverage'])),
        mark)


def checksum(data: Mapping[str, Any]) -> str:
    """Of a saved state without its checksum."""
    canonical = json.dumps(data, sort_keys=True, separators=(',', ':'))
    return 'sha256:' + hashlib.sha256(canonical.encode()).hexdigest()


def _entry(resource: Resource) -> dict[str, Any]:
    entry: dict[str, Any] = {
        name: value for name in WORDS if (value := getattr(resource, name))}
    if resource.created_at:
        entry['created_at'] = resource.created_at.isoformat()
    if resource.settings:
        entry['settings'] = dict(resource.settings)
    return entry


def _resource(kind: str, identifier: str, entry: Mapping[str, Any]) -> Resource:
    return Resource(
        kind, identifier, **{name: entry[name] for name in WORDS if name in entry},
        created_at=parse_time(entry.get('created_at')), settings=entry.get('settings', {}))


def _upstream(path: pathlib.Path, data: Mapping[str, Any], own_user_id: str) -> SavedState:
    if own_user_id not in data['users']:
        raise errors.FileError(
            f'{path}, written by upstream\'s tempest cleanup, does not know the user of '
            'tempest.conf: it is of another cloud')
    known = {kind: entries for kind, entries in data.items()
             if isinstance(entries, dict) and not kind.endswith('_quotas')}
    coverage = tuple(
        Coverage(kind, Seen.COMPLETE, count=len(entries)) if entries and kind in UPSTREAM_COMPLETE
        else Coverage(kind, Seen.TRUNCATED, count=len(entries),
                      detail='upstream\'s tempest cleanup does not list all of them')
        for kind, entries in known.items())
    return SavedState(None, {}, frozenset(known), Inventory(
        {kind: tuple(Resource(kind, identifier, name if isinstance(name, str) else '')
                     for identifier, name in entries.items())
         for kind, entries in known.items()}, coverage))


def words(cloud: Mapping[str, str]) -> str:
    """A fingerprint, for people."""
    return ', '.join(f'{name} {value}' for name, value in sorted(cloud.items())) or 'unnamed'
