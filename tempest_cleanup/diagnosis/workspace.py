"""The files that a run of Tempest leaves in its workspace: what is there, what is missing."""
import dataclasses
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

from tempest_cleanup import errors, resource_list
from tempest_cleanup.diagnosis import log_files, results

#: Where the Zuul jobs and Tempest's own ``init`` put it, beside what tempest.conf says.
LOG_NAME = 'tempest.log'
_FOLDERS = ('', 'logs')


@dataclasses.dataclass(frozen=True)
class Found:
    """The files to learn from.

    :param recorded: what ``resource_list.json`` has: by key, ids and names
    :param notes: what was looked for and what became of it, for the report
    """

    logs: tuple[pathlib.Path, ...] = ()
    results: tuple[pathlib.Path, ...] = ()
    recorded: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find(
    folder: pathlib.Path, log_dir: str = '', log_file: str = '',
    named_logs: Sequence[str] = (), named_results: Sequence[str] = (),
) -> Found:
    """What there is; what was named has to be there.

    :param folder: the workspace
    :param log_dir: and ``log_file``: the options of tempest.conf's [DEFAULT]
    :raises errors.FileError: something that was named is missing
    """
    notes: list[str] = []
    logs = (log_files.expand(map(pathlib.Path, named_logs)) if named_logs
            else _logs(folder, log_dir, log_file, notes))
    return Found(
        logs, _named(named_results) if named_results else _results(folder, notes),
        _recorded(folder, notes), tuple(notes))


def _logs(
    folder: pathlib.Path, log_dir: str, log_file: str, notes: list[str],
) -> tuple[pathlib.Path, ...]:
    places = [folder / log_dir / log_file] if log_file else []
    places += [folder / inside / LOG_NAME for inside in (log_dir, *_FOLDERS)]
    for place in dict.fromkeys(places):
        found = log_files.rotated(place)
        if found:
            notes.append(f'log: {", ".join(map(str, found))}')
            return found
    looked = ', '.join(dict.fromkeys(map(str, places)))
    notes.append(f'no log of Tempest: there is none at {looked}; set [DEFAULT] log_file in '
                 'tempest.conf, or name one with --tempest-log')
    return ()


def _results(folder: pathlib.Path, notes: list[str]) -> tuple[pathlib.Path, ...]:
    try:
        found = results.newest(folder / results.REPOSITORY)
    except errors.FileError as error:
        notes.append(f'no test results: {error}; name a file with --subunit')
        return ()
    notes.append(f'test results: {found}')
    return (found,)


def _named(paths: Sequence[str]) -> tuple[pathlib.Path, ...]:
    found = tuple(map(pathlib.Path, paths))
    for path in found:
        if not path.exists():
            raise errors.FileError(f'there are no test results at {path}')
    return tuple(results.newest(path) if path.is_dir() else path for path in found)


def _recorded(folder: pathlib.Path, notes: list[str]) -> Mapping[str, Any]:
    path = folder / resource_list.PATH
    if not path.exists():
        notes.append(f'no {resource_list.PATH}: [DEFAULT] record_resources in tempest.conf '
                     'makes Tempest write one')
        return {}
    try:
        recorded = resource_list.read(path)
    except errors.FileError as error:
        notes.append(str(error))
        return {}
    notes.append(f'{path}, which has only some of what was made')
    return recorded
