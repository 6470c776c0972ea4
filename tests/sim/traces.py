"""What Tempest would have written: a log with the answers, and the results of its tests."""
import datetime
import io
import json
import pathlib
from typing import Any

import subunit.v2

BEGAN = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=30)


class Traces:
    """Writes the log and the results of a run, one request or test after the other.

    :param folder: the workspace
    """

    def __init__(self, folder: pathlib.Path, url: str) -> None:
        self._log = folder / 'tempest.log'
        self._results = folder / 'results.subunit'
        self._url = url
        self._bytes = io.BytesIO()
        self._out = subunit.v2.StreamResultToBytes(self._bytes)
        self._second = 0

    def _tick(self) -> datetime.datetime:
        self._second += 1
        return BEGAN + datetime.timedelta(seconds=self._second)

    def request(self, by: str, method: str, path: str, status: int, body: Any = None) -> str:
        """A request and its answer; its id."""
        at = self._tick()
        identifier = f'req-00000000-0000-4000-8000-{self._second:012d}'
        head = f'{at:%Y-%m-%d %H:%M:%S}.000 4711 {{}} tempest.lib.common.rest_client '
        head += f'[{identifier} ] '
        headers = {'date': f'{at:%a, %d %b %Y %H:%M:%S} GMT', 'x-openstack-request-id': identifier}
        with self._log.open('a', encoding='utf-8') as file:
            file.write(
                head.format('INFO') + f'Request ({by}): {status} {method} {self._url}{path} 0.1s\n'
                + head.format('DEBUG') + 'Request - Headers: {}\n        Body: None\n'
                f'    Response - Headers: {headers}\n'
                f'        Body: {json.dumps(body or {}).encode()!r}\n')
        return identifier

    def made(self, by: str, collection: str, wrapper: str, identifier: str, **more: Any) -> None:
        """The request that made something."""
        self.request(by, 'POST', collection, 202, {wrapper: {'id': identifier, **more}})

    def test(self, name: str, status: str = 'success', traceback: str = '') -> None:
        """A test that began and, with a status, ended."""
        self._send(test_id=name, test_status='inprogress', timestamp=self._tick())
        if traceback:
            self._send(test_id=name, file_name='traceback', file_bytes=traceback.encode(),
                       mime_type='text/x-traceback;charset=utf8')
        if status:
            self._send(test_id=name, test_status=status, timestamp=self._tick())

    def _send(self, **event: Any) -> None:
        self._out.status(**event)
        self._results.write_bytes(self._bytes.getvalue())
