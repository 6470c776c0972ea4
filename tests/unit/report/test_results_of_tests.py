"""JUnit XML and subunit, read back by what reads them in jobs."""
import collections
import dataclasses
import io
import re
import subprocess
import sys
from typing import Any
from xml.etree import ElementTree

import pytest
import subunit
import testtools

from tempest_cleanup.diagnosis.model import Phase
from tempest_cleanup.report import Report, as_junit, as_subunit
from tempest_cleanup.report.verdicts import Ending, Judged, judge
from tests.unit.report import reports
from tests.unit.report.reports import REPORTS

#: What Jenkins' and GitLab's readers know: the attributes of each element, those that must be
#: there, and the elements in it.
JUNIT: dict[str, tuple[dict[str, str], set[str]]] = {
    'testsuites': ({}, {'testsuite'}),
    'testsuite': ({'name': '.+', 'tests': r'\d+', 'failures': r'\d+', 'errors': r'\d+',
                   'skipped': r'\d+', 'time': r'\d+\.\d{3}',
                   'timestamp': r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d'}, {'properties', 'testcase'}),
    'properties': ({}, {'property'}),
    'property': ({'name': '.+', 'value': '.*'}, set()),
    'testcase': ({'classname': '.+', 'name': '.+', 'time': r'\d+\.\d{3}'},
                 {'failure', 'error', 'skipped', 'system-out'}),
    'failure': ({'message': '.+', 'type': '.+'}, set()),
    'error': ({'message': '.+', 'type': '.+'}, set()),
    'skipped': ({'message': '.+'}, set()),
    'system-out': ({}, set()),
}


def junit(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(as_junit.write(report, report.exit_code()))


def check(element: ElementTree.Element) -> None:
    attributes, inner = JUNIT[element.tag]
    assert set(element.attrib) == set(attributes)
    for name, pattern in attributes.items():
        assert re.fullmatch(pattern, element.attrib[name]), element.attrib
    for child in element:
        assert child.tag in inner
        check(child)


@pytest.mark.parametrize('name', list(REPORTS))
def test_junit_is_what_its_readers_know(name: str) -> None:
    suites = junit(REPORTS[name]())
    check(suites)
    suite = suites[0]
    cases = suite.findall('testcase')
    assert int(suite.attrib['tests']) == len(cases) > 0
    for attribute, tag in (('failures', 'failure'), ('errors', 'error'), ('skipped', 'skipped')):
        assert int(suite.attrib[attribute]) == len(suite.findall(f'testcase/{tag}'))
    assert all(len(case) <= 1 for case in cases)


def events(report: Report) -> list[tuple[str, str]]:
    """(test, status), as subunit's own reader tells them."""
    found: list[tuple[str, str]] = []

    def ended(test: Any) -> None:
        found.append((test['id'], test['status']))

    stream = io.BytesIO(as_subunit.write(report, report.exit_code()))
    reader = testtools.StreamToDict(ended)
    reader.startTestRun()
    subunit.ByteStreamToStreamResult(stream, non_subunit_name='garbage').run(reader)
    reader.stopTestRun()
    return found


@pytest.mark.parametrize('name', list(REPORTS))
def test_subunit_and_junit_say_the_same(name: str) -> None:
    words = {'failure': 'fail', 'error': 'fail', 'skipped': 'skip', 'system-out': 'success'}
    report = REPORTS[name]()
    assert events(report) == [
        (f'{case.attrib["classname"]}.{case.attrib["name"]}',
         words[case[0].tag] if len(case) else 'success')
        for case in junit(report).iter('testcase')]


def test_subunit2junitxml_reads_it() -> None:
    """What Zuul's jobs run on it."""
    report = reports.clean_up()
    ended = subprocess.run(
        (sys.executable, '-c', 'from subunit.filter_scripts.subunit2junitxml import main; main()'),
        input=as_subunit.write(report, report.exit_code()), capture_output=True, check=False)
    assert ended.returncode == 1, ended.stderr.decode()
    suite = ElementTree.fromstring(ended.stdout)
    assert (suite.attrib['tests'], suite.attrib['failures'], suite.attrib['errors']) == (
        '50', '48', '0')
    failed = next(case for case in suite.iter('testcase')
                  if 'tempest-router-1' in case.attrib['name'])
    assert failed.attrib['classname'] == 'tempest.api.network.test_routers.RoutersTest'
    assert 'Router still has ports' in ''.join(failed.itertext())


def by_name(report: Report) -> dict[str, Judged]:
    return {f'{j.class_name}.{j.name}': j for j in judge(report)}


def test_a_leak_is_a_failure_of_its_test() -> None:
    judged = by_name(reports.dry_run())[
        f'{reports.SERVERS_TEST}(servers tempest-ServersTestJSON-server-77 {reports.uuid(50)})']
    assert judged.ending is Ending.FAILED
    assert judged.type == 'test-killed'
    assert 'was killed before its cleanup' in judged.message
    assert 'history: new' in judged.details
    assert any(line.endswith('[req-00000032-post-201]') for line in judged.details)


def test_what_has_no_test_is_named_after_its_kind() -> None:
    judged = by_name(reports.dry_run())[
        f'tempest_cleanup.images.no test is known(images a-left-over-image {reports.uuid(70)})']
    assert (judged.ending, judged.type) == (Ending.FAILED, 'no-cause-found')


def test_a_phase_of_a_class_stands_for_the_method() -> None:
    (judged,) = [j for j in judge(reports.dry_run()) if 'backups' in j.name]
    assert judged.class_name == 'tempest.api.volume.test_volumes_backup.VolumesBackupsTest'
    assert judged.name.startswith(f'{Phase.SET_UP_CLASS}(')


def test_endings_of_a_clean_up() -> None:
    """What could not be done is an error; what was cleaned up is still a leak of its test."""
    found = judge(reports.clean_up())
    counts = collections.Counter((j.ending, j.type) for j in found)
    assert counts == {
        (Ending.ERROR, 'delete-refused'): 9, (Ending.FAILED, 'delete-refused'): 32,
        (Ending.FAILED, 'test-killed'): 2, (Ending.FAILED, 'went-to-error'): 1,
        (Ending.FAILED, 'no-cause-found'): 2, (Ending.FAILED, 'changed'): 1,
        (Ending.FAILED, 'removed'): 1, (Ending.SKIPPED, 'kept'): 1,
        (Ending.PASSED, 'gone'): 1}


def test_what_was_not_seen_is_an_error() -> None:
    """Point 12."""
    assert [(j.ending, j.name) for j in judge(reports.unseen())] == [
        (Ending.ERROR, 'not seen(stacks of p1)'), (Ending.ERROR, 'not seen(volumes)')]


def test_clean_is_a_test_that_passed() -> None:
    """A file without tests is an error to some readers."""
    assert judge(reports.empty()) == (Judged('tempest_cleanup', 'clean', Ending.PASSED),)


@pytest.mark.parametrize('made', [
    *(make() for name, make in REPORTS.items() if name != 'empty'),
    dataclasses.replace(reports.empty(), interrupted=True, outcomes=())])
def test_all_has_passed_only_where_all_is_clean(made: Report) -> None:
    """Whatever the report warns of shows as a failure or an error."""
    assert made.exit_code(fail_on_leaks=True)
    assert any(j.ending in (Ending.FAILED, Ending.ERROR) for j in judge(made))


def test_names_are_unique() -> None:
    """GitLab shows one of those that are not."""
    for make in REPORTS.values():
        names = [(j.class_name, j.name) for j in judge(make())]
        assert len(set(names)) == len(names)
