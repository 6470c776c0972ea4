"""The report as JUnit XML: what Jenkins, GitLab and Zuul show as the results of tests."""
import collections
from xml.etree import ElementTree  # nosec B405  # it only writes

from tempest_cleanup.errors import ExitCode
from tempest_cleanup.progress import printable
from tempest_cleanup.report import Report
from tempest_cleanup.report.verdicts import Ending, Judged, judge

_ELEMENTS = {Ending.FAILED: 'failure', Ending.ERROR: 'error', Ending.SKIPPED: 'skipped'}


def write(report: Report, _exit_code: ExitCode) -> bytes:
    """A whole document."""
    suites = ElementTree.Element('testsuites')
    suites.append(_suite(report, judge(report)))
    ElementTree.indent(suites)
    document: bytes = ElementTree.tostring(suites, encoding='utf-8', xml_declaration=True)
    return document + b'\n'


def _suite(report: Report, verdicts: tuple[Judged, ...]) -> ElementTree.Element:
    counts = collections.Counter(judged.ending for judged in verdicts)
    suite = ElementTree.Element('testsuite', {
        'name': 'tempest cleanup', 'tests': str(len(verdicts)),
        'failures': str(counts[Ending.FAILED]), 'errors': str(counts[Ending.ERROR]),
        'skipped': str(counts[Ending.SKIPPED]), 'time': f'{report.seconds:.3f}',
        # The form has no place for a zone; the time is UTC.
        'timestamp': f'{report.began:%Y-%m-%dT%H:%M:%S}'})
    properties = ElementTree.SubElement(suite, 'properties')
    for name, value in (('intent', report.intent), ('cloud', report.cloud),
                        *sorted(report.versions.items())):
        ElementTree.SubElement(properties, 'property', {
            'name': printable(name), 'value': printable(value)})
    for judged in verdicts:
        suite.append(_case(judged))
    return suite


def _case(judged: Judged) -> ElementTree.Element:
    case = ElementTree.Element('testcase', {
        'classname': judged.class_name, 'name': judged.name, 'time': '0.000'})
    name = _ELEMENTS.get(judged.ending)
    if name == 'skipped':
        ElementTree.SubElement(case, name, {'message': judged.message})
    elif name:
        told = ElementTree.SubElement(case, name, {
            'message': judged.message, 'type': judged.type})
        told.text = '\n'.join((judged.message, *judged.details))
    elif judged.message:
        ElementTree.SubElement(case, 'system-out').text = judged.message
    return case
