"""One odd object in a listing, for each way to be odd: it stays and is told, the others go."""
import dataclasses
import io
import json
import xml.etree.ElementTree
from collections.abc import Callable, Mapping
from typing import Any

import jsonschema
import pytest

from tempest_cleanup import report as reports
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.model import Seen
from tempest_cleanup.report import Report, as_json, console, forms, plan_file
from tempest_cleanup.testing import SimulatedCloud
from tests.faulty_proxy import Dice, FaultyProxy
from tests.faulty_proxy.mangling import nested
from tests.faulty_proxy.proxy import Answer
from tests.sim.conftest import MakeWorkspace
from tests.sim.harm import Snapshot
from tests.sim.leaks import full_project
from tests.sim.runs import Workspace

#: In the names of the objects that are made odd on their way to the tool.
ODD = 'tempest-odd'

Twist = Callable[[dict[str, Any]], Any]


class Twisted(FaultyProxy):
    """Passes on all but what is in some lists under a name that says so."""

    def __init__(self, upstream: str, lists: tuple[str, ...], twist: Twist) -> None:
        super().__init__(upstream, Dice(1, percent=0))
        self._lists = lists
        self._twist = twist

    def pass_on(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer = super().pass_on(method, url, headers, body)
        if method != 'GET' or answer.status != 200 or not self._lists or ODD.encode() not in (
                answer.body):
            return answer
        told = json.loads(answer.body)
        for name in self._lists:
            if isinstance(told.get(name), list):
                told[name] = [self._twist(one) if ODD in str(one.get('name')) else one
                              for one in told[name]]
        # Python writes a number without a limit as no JSON has it.
        content = json.dumps(told).replace('Infinity', '1e999')
        return dataclasses.replace(answer, body=content.encode())

    def __enter__(self) -> 'Twisted':
        return self

    def straighten(self) -> None:
        """From here on it passes on all of it."""
        self._lists = ()


def value(odd: Any, *keys: str) -> Twist:
    """Some of an object's values are another one."""
    return lambda one: one | {key: odd for key in keys if key in one}


def without(*keys: str) -> Twist:
    return lambda one: {key: kept for key, kept in one.items() if key not in keys}


OWNER = ('tenant_id', 'project_id', 'domain_id', 'os-vol-tenant-attr:tenant_id')
#: What can't be understood.
TWISTS: Mapping[str, Twist] = {
    'null': lambda one: None, 'a text': lambda one: 'x', 'a number': lambda one: 7,
    'a list': lambda one: [one], 'empty': lambda one: {},
    'no id': without('id'), 'id null': value(None, 'id'), 'id empty': value('', 'id'),
    'id a number': value(7, 'id'), 'id true': value(True, 'id'), 'id a list': value([], 'id'),
    'id an object': value({'id': 'x'}, 'id'), 'id of no encoding': value('\ud800', 'id'),
    'id of a megabyte': value('x' * 1_000_000, 'id'),
    'name a number': value(7, 'name'), 'name a list': value(['x'], 'name'),
    'name an object': value({'a': 'b'}, 'name'), 'name true': value(True, 'name'),
    'no owner': without(*OWNER), 'owner an object': value({'id': 'x'}, *OWNER),
    'owner a number': value(7, *OWNER), 'tags an object': lambda one: one | {'tags': {'a': 1}},
    'tags a number': lambda one: one | {'tags': 7},
    'metadata a list': lambda one: one | {'metadata': [7]},
    'nested 70 levels': lambda one: one | {'x': nested(70)},
    'nested 900 levels': lambda one: one | {'x': nested(900)},
    'no number': lambda one: one | {'x': 10 ** 308 * 10.0},
    'an id of another an object': lambda one: one | {'network_id': {'a': 1}, 'parent_id': [1]},
}
#: What is no more than ugly, or was never promised.
UGLY: Mapping[str, Twist] = {
    'a name that rules the terminal': value(f'{ODD}\x1b[2J\x1b]0;owned\x07\x9b31m', 'name'),
    'a name in many lines': value(f'{ODD}\r\nClean: all is well\x00\u2028', 'name'),
    'a name from right to left': value(f'{ODD}\u202egnp.exe\u2066', 'name'),
    'a name of HTML': value(f'{ODD}<script>alert(1)</script>"\'>', 'name'),
    'a name of Markdown': value(f'{ODD}](http://x) `|` **b**', 'name'),
    'a name of no encoding': value(f'{ODD}\ud800\udfff', 'name'),
    'a name of ten megabytes': value(ODD + 'x' * 10_000_000, 'name'),
    'a time that is none': value('yesterday', 'created', 'created_at', 'updated_at'),
    'a time that is a number': value(7, 'created', 'created_at', 'updated', 'updated_at'),
    'a time that is an object': value({'a': 1}, 'created', 'created_at', 'updated'),
    'a description that is a list': value([7, None], 'description'),
    'a size that is an object': value({'a': [1]}, 'size', 'flavor', 'mtu', 'links', 'addresses'),
    'a fault that is a text': lambda one: one | {'fault': 'x', 'attachments': 'y'},
    'an empty name': value('', 'name'),
}


def leave_odd(workspace: Workspace, kinds: tuple[str, ...]) -> None:
    cloud = workspace.cloud
    tenant = full_project(cloud, 'tempest-a')
    cloud.create('images', name='tempest-image')
    cloud.create('stacks', name='tempest-stack', project_id=tenant.project_id)
    owner = {'project_id': tenant.project_id}
    for kind in kinds:
        for name in (ODD, 'tempest-straight'):
            more = {'user_id': tenant.user_id} if kind == 'servers' else {}
            cloud.create(kind, name=f'{name}-{kind}',
                         **(owner if kind not in ('projects', 'users') else {}), **more)


def saved_and_left(workspace: Workspace, kinds: tuple[str, ...]) -> Snapshot:
    """A cloud that was saved, and then had odd ones left in it: what it is to be again."""
    full_project(workspace.cloud, 'old')
    wanted = workspace.cloud.snapshot()
    workspace.save()
    leave_odd(workspace, kinds)
    return wanted


OWNED, OWNERS = ('servers', 'volumes', 'networks'), ('projects', 'users')


@pytest.mark.parametrize(('odd', 'kinds'), [
    *((odd, OWNED) for odd in TWISTS), *((odd, OWNERS) for odd in (
        'null', 'a text', 'no id', 'id a number', 'name a list', 'no owner', 'owner an object',
        'nested 900 levels'))])
def test_what_is_odd_is_told_and_stays(
    make_workspace: MakeWorkspace, odd: str, kinds: tuple[str, ...],
) -> None:
    workspace = make_workspace()
    cloud = workspace.cloud
    wanted = saved_and_left(workspace, kinds)
    with Twisted(cloud.auth_url, kinds, TWISTS[odd]) as proxy:
        report = workspace.clean(auth_url=proxy.url)
        code = report.exit_code()
        assert code in (ExitCode.UNSEEN, ExitCode.LEFT)
        told = {c.kind: c for c in report.blind if not c.tenant}
        for kind in kinds:
            assert told[kind].seen is Seen.FAILED
            assert told[kind].detail.startswith(f'1 of {told[kind].count + 1} can\'t be ')
            assert told[kind].count
            names = {r.name for r in report.inventory.of(kind)}
            assert f'tempest-straight-{kind}' in names, 'the others are found'
            assert f'{ODD}-{kind}' not in names
            assert count(cloud, kind, ODD) == count(cloud, kind, 'tempest-straight') == 1
        assert not count(cloud, 'images', 'tempest-')
        check_rendered(workspace, report, code)
        proxy.straighten()
        assert workspace.clean(auth_url=proxy.url).exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == wanted


@pytest.mark.parametrize('ugly', list(UGLY))
def test_what_is_only_ugly_goes(make_workspace: MakeWorkspace, ugly: str) -> None:
    """And whoever reads the reports is not harmed by it."""
    kinds = (*OWNED, *OWNERS)
    workspace = make_workspace()
    cloud = workspace.cloud
    wanted = saved_and_left(workspace, kinds)
    with Twisted(cloud.auth_url, kinds, UGLY[ugly]) as proxy:
        report = workspace.look(auth_url=proxy.url)
        check_rendered(workspace, report, report.exit_code())
        report = workspace.clean(auth_url=proxy.url)
        check_rendered(workspace, report, report.exit_code())
    assert report.exit_code() is ExitCode.CLEAN
    assert cloud.snapshot() == wanted


@pytest.mark.parametrize('ugly', [name for name in UGLY if name.startswith('a name')])
def test_what_is_ugly_can_be_saved(make_workspace: MakeWorkspace, ugly: str) -> None:
    """The saved state is written, read, and protects what it names."""
    kinds = (*OWNED, *OWNERS)
    workspace = make_workspace()
    leave_odd(workspace, kinds)
    wanted = workspace.cloud.snapshot()
    with Twisted(workspace.cloud.auth_url, kinds, UGLY[ugly]) as proxy:
        workspace.save(auth_url=proxy.url)
        workspace.cloud.create('images', name='leak')
        assert workspace.clean(auth_url=proxy.url).exit_code() is ExitCode.CLEAN
    assert workspace.cloud.snapshot() == wanted


def count(cloud: SimulatedCloud, kind: str, prefix: str) -> int:
    """How many of a kind have a name that begins so."""
    return sum(str(row.get('name')).startswith(prefix) for row in cloud.snapshot()[kind].values())


def check_rendered(workspace: Workspace, report: Report, code: ExitCode) -> None:
    """Each form is written, and can be read by what is made for it."""
    folder = workspace.folder
    report = reports.remembered(report, folder / 'history.sqlite')
    paths = [folder / f'report{suffix}' for suffix in forms.FORMS]
    assert forms.write_all(paths, report, code) == ()
    texts = {path.suffix: path.read_bytes() for path in paths}
    read = json.loads(texts['.json'])
    jsonschema.validate(read, as_json.schema())
    plan_file.load(folder / 'report.json', read['fingerprint'])
    xml.etree.ElementTree.fromstring(texts['.xml'])
    screen = io.TextIOWrapper(io.BytesIO(), encoding='ascii')
    console.show(report, code, screen)
    screen.seek(0)
    shown = screen.read()
    for text in (shown, texts['.html'].decode(), texts['.md'].decode()):
        assert not {'\x1b', '\x00', '\x9b', '\r', '\u202e', '\u2028'} & set(text)
    assert '<script>alert' not in texts['.html'].decode()
    assert max(map(len, shown.splitlines())) < 3000
