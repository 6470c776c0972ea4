"""One browser for all tests of the page."""
import pathlib
from collections.abc import Iterator

import pytest

from tempest_cleanup.report import forms
from tests.browser import chromium
from tests.browser.chromium import Chromium
from tests.unit.report import reports


@pytest.fixture(scope='session')
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with chromium.started(tmp_path_factory.mktemp('profile')) as started:
        yield started


@pytest.fixture(scope='session')
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pathlib.Path]:
    """The HTML reports, by name; ``large`` is of 20,000 resources."""
    folder = tmp_path_factory.mktemp('pages')
    made = {name: make() for name, make in reports.REPORTS.items()}
    written = {}
    for name, report in (*made.items(), ('large', reports.large(20_000))):
        written[name] = folder / f'{name}.html'
        forms.write(written[name], report, report.exit_code())
    return written
