"""The saved state, and the folder that it is in."""
import datetime
import os
import pathlib
import stat
from collections.abc import Iterator

from tempest_cleanup import errors, files, journal, state
from tempest_cleanup.doctor.examined import Examined, attempt
from tempest_cleanup.doctor.findings import Area, Finding, Level
from tempest_cleanup.errors import CleanupError
from tempest_cleanup.services import Kinds
from tempest_cleanup.state import SavedState

#: Days after which a cloud that is used has moved on.
OLD = 7


def saved_state(found: Examined) -> Area:
    """Whether the saved state is whole, of this cloud, recent and complete."""
    path = found.args.saved_state
    if not files.is_there(path):
        return Area('saved state', f'there is none at {path}', (Finding(
            Level.NOTE, 'take one with --init-saved-state before the next run'),))
    saved = attempt(lambda: _load(path, found))
    if isinstance(saved, CleanupError):
        return Area('saved state', str(path), (Finding(Level.WRONG, str(saved)),))
    when = f'{saved.saved_at:%Y-%m-%d %H:%M} UTC' if saved.saved_at else 'an unknown time'
    return Area('saved state', f'{path} of {when}, {len(saved.inventory)} resources', tuple(
        doubts(saved, found.kinds, datetime.datetime.now(datetime.UTC),
               compared=not isinstance(found.cloud, CleanupError))))


def _load(path: pathlib.Path, found: Examined) -> SavedState:
    if not isinstance(found.cloud, CleanupError):
        return state.load(path, found.cloud.fingerprint(), found.cloud.user_id)
    # What it says itself: it is then checked for all else.
    data = files.read_json(path, state.WHAT)
    cloud = data.get('cloud') if isinstance(data, dict) else None
    users = data.get('users') if isinstance(data, dict) else None
    return state.load(path, cloud if isinstance(cloud, dict) else {},
                      next(iter(users), '') if isinstance(users, dict) else '')


def doubts(
    saved: SavedState, kinds: Kinds | CleanupError, now: datetime.datetime, *, compared: bool,
) -> Iterator[Finding]:
    """What it does not promise. Pure.

    :param compared: whether it is known to be of this cloud
    """
    if not compared:
        yield Finding(Level.NOTE, 'whether it is of this cloud can\'t be told without a token')
    if not saved.cloud:
        yield Finding(Level.NOTE, 'written by upstream\'s tempest cleanup: it names no cloud, and '
                                  'most kinds are not in it')
    if saved.saved_at and (age := (now - saved.saved_at).days) >= OLD:
        yield Finding(Level.NOTE, f'it is {age} days old: what others made since would be deleted')
    blind = sorted({c.kind for c in saved.inventory.coverage if not c.whole})
    if blind:
        yield Finding(Level.UNSEEN, 'it did not see all of these, so nothing of them is deleted: '
                      + ', '.join(blind))
    unknown = [] if isinstance(kinds, CleanupError) else sorted(set(kinds) - saved.kinds)
    if unknown and saved.cloud:
        yield Finding(Level.UNSEEN, 'it does not know these, so nothing of them is deleted: '
                      + ', '.join(unknown))


def workspace(found: Examined) -> Area:
    """Whether a run can work here: the folder, the lock, roles that were not taken back."""
    folder = found.args.saved_state.absolute().parent
    return Area('workspace', str(folder), (
        *_folder(folder), *_journal(folder / journal.NAME, found)))


def _folder(folder: pathlib.Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding(Level.WRONG, f'there is no folder {folder}')
        return
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(Level.WRONG, f'{folder} can\'t be written to: no journal, no saved state')
    if folder.stat().st_mode & stat.S_IWOTH:
        yield Finding(Level.NOTE, f'everybody may write to {folder}, and so say what is to be '
                                  'deleted: chmod o-w')


def _journal(path: pathlib.Path, found: Examined) -> Iterator[Finding]:
    if not files.is_there(path):
        return
    wrong = attempt(lambda: files.check(path))
    if isinstance(wrong, CleanupError):
        yield Finding(Level.WRONG, str(wrong))
        return
    holder = journal.holder(path.stat().st_ino)
    if holder:
        yield Finding(Level.LOCKED, f'another run{holder} is at work here')
        return
    pending = attempt(lambda: unfinished(path))
    if isinstance(pending, CleanupError):
        yield Finding(Level.WRONG, str(pending))
    elif pending:
        yield Finding(Level.DOWN, f'{len(pending)} roles that a run gave itself were not taken '
                      'back; the next run in this folder does that: ' + '; '.join(pending))


def unfinished(path: pathlib.Path) -> list[str]:
    """The roles that a journal says were given and not taken back, whichever cloud's.

    :raises errors.FileError: it can't be read
    """
    granted: dict[str, None] = {}
    try:
        with path.open(encoding='utf-8', errors='replace') as lines:
            for entry in journal.entries(lines):
                if entry.get('event') == 'grant':
                    granted[entry['path']] = None
                elif entry.get('event') == 'taken back':
                    granted.pop(entry['path'], None)
    except OSError as error:
        raise errors.FileError(f'can\'t read {path}: {error.strerror or error}') from error
    return list(granted)
