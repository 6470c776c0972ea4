"""resource_list.json: what Tempest itself says it has created (``record_resources``)."""
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from tempest_cleanup import errors, files
from tempest_cleanup.model import Key, Resource
from tempest_cleanup.services import Kinds

PATH = pathlib.Path('resource_list.json')


def read(path: pathlib.Path = PATH) -> dict[str, Any]:
    """
    :raises errors.FileError: it is missing, broken or something else
    """
    data = files.read_json(
        path, 'list of resources ([DEFAULT] record_resources in tempest.conf makes it)')
    if not isinstance(data, dict) or not all(isinstance(v, dict) for v in data.values()):
        raise errors.FileError(f'{path} is not a list of resources')
    return data


def read_if_there() -> dict[str, Any]:
    """
    :returns: an empty one where there is no file
    :raises errors.FileError: it is broken or something else
    """
    return read() if files.is_there(PATH) else {}


def keys_of(kinds: Kinds, kind: str) -> frozenset[str]:
    """Under which keys Tempest records a kind: the answer's first key, with an s.

    ``tempest.lib.common.rest_client.RestClient.resource_record``: a ``policy`` is recorded
    as ``policys``, and what has a body without a key of its own not at all.
    """
    singular = kinds[kind].singular
    return frozenset((kind, singular if singular.endswith('s') else singular + 's'))


def recorded(kinds: Kinds, data: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """By kind: the recorded ids (of key pairs, names)."""
    return {kind: frozenset(i for key in keys_of(kinds, kind) for i in data.get(key, ()))
            for kind in kinds}


def without(kinds: Kinds, data: Mapping[str, Any], gone: Iterable[Resource]) -> dict[str, Any]:
    """The list without what is gone; what is left can be tried again."""
    ids = {Key(key, identifier) for resource in gone for key in keys_of(kinds, resource.kind)
           for identifier in (resource.id, *_names(resource))}
    return {key: {i: name for i, name in entries.items() if Key(key, i) not in ids}
            for key, entries in data.items()}


def _names(resource: Resource) -> tuple[str, ...]:
    return (resource.name,) if resource.kind == 'keypairs' else ()


def write(data: Mapping[str, Any]) -> None:
    files.write_json(PATH, {key: entries for key, entries in data.items() if entries})
