"""The comparison in the documents: data of others, and what the classes say."""
import importlib.util
import pathlib
from collections import Counter
from typing import Any

from tests.unit.clouds import CLASSES
from tests.unit.kinds import kind

PATH = pathlib.Path(__file__).parents[2] / 'doc' / 'source' / '_ext' / 'peers.py'


def load() -> Any:
    spec = importlib.util.spec_from_file_location('peers', PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


peers = load()


def test_the_data_is_whole() -> None:
    data = peers.read()
    assert 'openstacksdk' in data['source']
    assert len(data['rows']) > 140
    for row in data['rows']:
        assert all(row[name] for name in ('service', 'what', *peers.PEERS)), row
    counts = Counter(name for row in data['rows'] for name in row['kinds'])
    assert max(counts.values()) == 1, counts.most_common(3)


def test_every_kind_has_one_row() -> None:
    rows = [row for found in peers.sections(CLASSES).values() for row in found]
    counts = Counter(row[0] for row in rows if row[0] != peers.NOTHING)
    assert counts == dict.fromkeys(CLASSES, 1)
    assert {len(row) for row in rows} == {len(peers.HEAD)} == {len(peers.WIDTHS)}
    by_kind = {row[0]: row for row in rows}
    assert by_kind['servers'][2:6] == ('d admin project', 'P', 'P', 'D L all')


def test_what_only_others_know_has_a_row_too() -> None:
    sections = peers.sections({})
    assert all(row[0] == row[-1] == peers.NOTHING for found in sections.values() for row in found)


def test_what_is_in_no_study() -> None:
    assert peers.sections({'apes': kind('apes')})['Not in the study'] == [
        ('apes', 'memory', '?', '?', '?', '?', 'deletes')]


def test_what_we_do() -> None:
    assert peers.does(kind('apes')) == 'deletes'
    assert peers.does(kind('apes', settings=('name', 'food'), tried=False)) == (
        'deletes; puts back name, food; not tried on a real service')
    assert peers.does(kind('quotas', comes_back=True, settings=('limits',))) == 'puts back'
