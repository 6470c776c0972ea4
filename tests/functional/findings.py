"""The findings of a JSON report, held to what they have to say."""
import json
from collections.abc import Mapping
from typing import Any

from tests.functional.fault_table import Fault

Report = Mapping[str, Any]


def finding_of(report: Report, kind: str, identifier: str) -> Report:
    key = {'kind': kind, 'id': identifier}
    found = [f for f in report['findings'] if key in f['resources']]
    assert len(found) == 1, (key, found)
    return dict(found[0])


def check(fault: Fault, finding: Report) -> None:
    """The cause is right, the test is named, and the evidence tells why."""
    cause = finding['cause']
    told = json.dumps(cause)
    assert cause['name'] in fault.causes, told
    assert cause['certainty'] in ('certain', 'likely', 'possible'), told
    if fault.test:
        assert fault.named in str(cause['test']), told
    assert fault.says in told, told
