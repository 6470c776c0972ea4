"""What other tools do, kind by kind, beside what this package does. No Sphinx in here.

The others' columns are data, ``peers.json``; ours is made from the classes.
"""
import json
import pathlib
from collections.abc import Mapping
from typing import Any

from tempest_cleanup.services.base import ResourceService

PATH = pathlib.Path(__file__).with_name('peers.json')
PEERS = ('tempest', 'ospurge', 'sdk', 'rally')
HEAD = ('Kind', 'What it is', 'tempest cleanup 47', 'ospurge', 'project_cleanup', 'rally',
        'this package')
WIDTHS = (18, 22, 14, 12, 14, 16, 20)
#: Where they have nothing, and where they were not asked about it.
NOTHING, NOT_STUDIED = '-', '?'

Rows = list[tuple[str, ...]]


def read() -> dict[str, Any]:
    """The peers' columns, and where they come from."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding='utf-8'))
    return found


def sections(kinds: Mapping[str, type[ResourceService]]) -> dict[str, Rows]:
    """By service: a row for each kind of ours, then for what only others know.

    A kind that no row of the study names gets one at the end.
    """
    found: dict[str, Rows] = {}
    left = dict(kinds)
    for row in read()['rows']:
        theirs = tuple(row[peer] for peer in PEERS)
        ours = [name for name in row['kinds'] if left.pop(name, None)]
        found.setdefault(row['service'], []).extend(
            (name, row['what'], *theirs, does(kinds[name])) for name in ours)
        if not ours:
            found[row['service']].append((NOTHING, row['what'], *theirs, NOTHING))
    if left:
        found['Not in the study'] = [
            (name, kind.service_type, *[NOT_STUDIED] * len(PEERS), does(kind))
            for name, kind in left.items()]
    return found


def does(kind: type[ResourceService]) -> str:
    """What this package does with a kind."""
    words = ['puts back'] if kind.comes_back else ['deletes']
    if kind.settings and not kind.comes_back:
        words.append('puts back ' + ', '.join(kind.settings))
    if not kind.tried:
        words.append('not tried on a real service')
    return '; '.join(words)
