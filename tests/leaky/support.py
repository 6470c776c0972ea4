"""What the leaky tests share: the ledger of what they leave, and faults that outlive them."""

import json
import os
import signal
import uuid
from pathlib import Path
from typing import NoReturn

from tests.cloud import current

#: Names the file in which each test writes down what it leaves.
LEDGER = 'LEAKY_LEDGER'


def leaves(test: object, kind: str, identifier: str) -> str:
    """Write down that a test leaves something behind; its id."""
    cls = test if isinstance(test, type) else type(test)
    with Path(os.environ[LEDGER]).open('a', encoding='utf-8') as ledger:
        ledger.write(json.dumps([cls.__name__, kind, identifier]) + '\n')
    return identifier


def driver_fault(call: str, resource: str, seconds: float | None = None) -> None:
    """As `tests.cloud.faults.driver`, in force until every fault is lifted."""
    text = '' if seconds is None else str(seconds)
    (current().faults / f'{call}.{resource}').write_text(text)


def api_fault(service: str, match: str, **how: object) -> None:
    """As `tests.cloud.faults.api`, in force until every fault is lifted."""
    path = current().faults / f'http.{service}.{uuid.uuid4().hex}'
    draft = path.with_name(f'.{path.name}')
    draft.write_text(json.dumps({'match': match, **how}))
    draft.replace(path)


def die() -> NoReturn:
    """End the worker as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError('unreachable')
