"""A JSON report that was reviewed, read as what may be done."""
import pathlib
from collections.abc import Mapping
from typing import Any

import jsonschema

from tempest_cleanup import errors, files, state
from tempest_cleanup.model import Action, Key
from tempest_cleanup.report import as_json
from tempest_cleanup.reviewed import Listed, Reviewed
from tempest_cleanup.services.base import parse_time

WHAT = 'reviewed report'

#: What is read of a report; a reviewer may have taken the rest away.
SCHEMA: Mapping[str, Any] = {
    'type': 'object',
    'required': ['format', 'fingerprint', 'decisions'],
    'properties': {
        'format': {'type': 'integer'},
        'fingerprint': {'type': 'object', 'minProperties': 1,
                        'additionalProperties': {'type': 'string'}},
        'decisions': {'type': 'array', 'items': {
            'type': 'object',
            'required': ['kind', 'id', 'name', 'project_id', 'created_at', 'action', 'changes'],
            'properties': {
                'kind': {'type': 'string', 'minLength': 1},
                'id': {'type': 'string', 'minLength': 1},
                'name': {'type': 'string'},
                'project_id': {'type': 'string'},
                'created_at': {'type': ['string', 'null']},
                'action': {'enum': [str(action) for action in Action]},
                'changes': {'type': 'array', 'items': {
                    'type': 'object', 'required': ['attribute', 'old', 'new'],
                    'properties': {'attribute': {'type': 'string'}}}},
            }}},
    },
}


#: The rule of what is counted anew in databases. It is no resource, and no part of a plan.
COUNTS = 'usage'


def load(path: pathlib.Path, fingerprint: Mapping[str, str]) -> Reviewed:
    """What a report of this cloud lists to be deleted or restored.

    :raises errors.FileError: it is missing, broken, of another cloud, newer, or makes no sense
    """
    data = files.read_json(path, WHAT)
    if isinstance(data, dict) and isinstance(data.get('format'), int) and (
            data['format'] > as_json.FORMAT):
        raise errors.FileError(
            f'{path} has format {data["format"]}, this version reads up to {as_json.FORMAT}: '
            'upgrade tempest-cleanup')
    try:
        jsonschema.validate(data, SCHEMA)
    except jsonschema.ValidationError as error:
        raise errors.FileError(
            f'{path} is not a report that can be carried out: {error.json_path}: '
            f'{error.message}. Make one with --dry-run --report FILE.json') from error
    if data['fingerprint'] != dict(fingerprint):
        raise errors.FileError(
            f'{path} is of another cloud: {state.words(data["fingerprint"])}; this one is '
            f'{state.words(fingerprint)}. Check tempest.conf and the file')
    return Reviewed(_listed(path, data['decisions']))


def _listed(path: pathlib.Path, decisions: list[dict[str, Any]]) -> dict[Key, Listed]:
    listed: dict[Key, Listed] = {}
    seen: set[Key] = set()
    for entry in (d for d in decisions if d.get('rule') != COUNTS):
        key = Key(entry['kind'], entry['id'])
        if key in seen:
            raise errors.FileError(f'{path} decides twice about {key.kind} {key.id}')
        seen.add(key)
        created_at = parse_time(entry['created_at'])
        if entry['created_at'] and created_at is None:
            raise errors.FileError(
                f'{path}: {key.kind} {key.id}: {entry["created_at"]!r} is not a time')
        action = Action(entry['action'])
        if action is Action.RESTORE and not entry['changes']:
            raise errors.FileError(f'{path}: {key.kind} {key.id}: there is nothing to restore')
        if action is not Action.KEEP:
            listed[key] = Listed(
                key, entry['name'], entry['project_id'], created_at, action,
                tuple((c['attribute'], c['old'], c['new']) for c in entry['changes']))
    return listed
