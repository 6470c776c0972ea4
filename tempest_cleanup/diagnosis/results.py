"""How the tests of a run ended."""
import dataclasses
import datetime
import functools
import pathlib
import re
from collections.abc import Iterable, Sequence

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import subunit_files
from tempest_cleanup.diagnosis.model import Phase, Result, Test, Verdict
from tempest_cleanup.diagnosis.subunit_files import Entry
from tempest_cleanup.services.telling import without_secrets

#: ``setUpClass (module.Class)``, as unittest calls it.
_OF_A_CLASS = re.compile(r'(setUpClass|tearDownClass) \((?:(.*)\.)?([^.]+)\)')
_NAME = re.compile(r'[^\x00-\x20\x7f]+')
_LENGTH = 500

REPOSITORY = '.stestr'
_FOREVER = datetime.datetime.max.replace(tzinfo=datetime.UTC)
_BAD = (Verdict.FAILURE, Verdict.NEVER_ENDED)
#: So long before its first test, and after its last, a class may set up and tear down.
_AROUND = datetime.timedelta(minutes=10)


@dataclasses.dataclass(frozen=True)
class Results:
    """The results of all tests of a run, in the order of their start."""

    results: tuple[Result, ...] = ()
    files: tuple[pathlib.Path, ...] = ()

    @functools.cached_property
    def _by_class(self) -> dict[str, list[Result]]:
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.test.class_name, []).append(result)
        return found

    def with_more(self, results: Iterable[Result]) -> 'Results':
        return dataclasses.replace(
            self, results=tuple(sorted((*self.results, *results), key=_start)))

    def running(self, at: datetime.datetime) -> tuple[Result, ...]:
        """The tests that were running at a time; one that never ended runs till the end."""
        return tuple(r for r in self.results
                     if r.began and r.began <= at and (r.ended or _FOREVER) >= at)

    def of(self, test: Test) -> tuple[Result, ...]:
        """The result of a test, and of the set-up and tear-down of its class.

        With those of the class that never ended: after them nothing was torn down. Where the
        test is all of its class's set-up, those that failed of the class too.
        """
        mine = [r for r in self._by_class.get(test.class_name, ())
                if not test.module or r.test.module == test.module]
        return tuple(r for r in mine if r.test.method == test.method or not r.test.method
                     or r.verdict is Verdict.NEVER_ENDED
                     or (not test.method and r.verdict in _BAD))

    def module_of(self, test: Test, at: datetime.datetime) -> str:
        """The module of a class that sent something at a time; '' where that is not clear.

        Two modules may have a class of one name; then the one that ran at that time is it.
        """
        of_class = self._by_class.get(test.class_name, [])
        # One that was killed may have no result, but others of its class have.
        named = [r for r in of_class if r.test.method == test.method] or of_class
        modules = {r.test.module for r in named}
        if len(modules) > 1:
            modules = {module for module in modules
                       if _around(at, [r for r in named if r.test.module == module], test)}
        return modules.pop() if len(modules) == 1 else ''


def read(paths: Iterable[pathlib.Path]) -> Results:
    """The results in files, or in the newest run of a stestr repository.

    :raises errors.FileError: one is missing or can't be read
    """
    files = tuple(newest(path) if path.is_dir() else path for path in paths)
    found = {}
    for path in files:
        for entry in subunit_files.read(path):
            found[entry.name] = _result(entry, path)
    return Results(tuple(sorted(found.values(), key=_start)), files)


def newest(folder: pathlib.Path) -> pathlib.Path:
    """The newest run in a stestr repository, or in that of a workspace.

    A run that was killed is left in a temporary file.

    :raises errors.FileError: there is none
    """
    repository = folder / REPOSITORY if (folder / REPOSITORY).is_dir() else folder
    try:
        runs = [(entry.stat().st_mtime, entry.name) for entry in repository.iterdir()
                if (entry.name.isdigit() or entry.name.startswith('tmp'))
                and entry.is_file() and entry.stat().st_size]
    except OSError as error:
        raise errors.FileError(
            f'can\'t read the test results in {repository}: {error.strerror}') from error
    if not runs:
        raise errors.FileError(f'there are no test results in {repository}')
    return repository / max(runs)[1]


def parse(name: str) -> Test:
    """The test that an id of a result means."""
    of_a_class = _OF_A_CLASS.fullmatch(name)
    if of_a_class:
        return Test(of_a_class[3], '', Phase(of_a_class[1]), of_a_class[2] or '')
    whole = _NAME.match(name.partition('[')[0].partition('(')[0])
    parts = (whole[0] if whole else '').split('.')
    if len(parts) < 2:
        return Test('', parts[0], Phase.TEST)
    return Test(parts[-2], parts[-1], Phase.TEST, '.'.join(parts[:-2]))


def _result(entry: Entry, path: pathlib.Path) -> Result:
    said = [text for _, traceback in sorted(entry.tracebacks.items())
            if (text := last_words(traceback.decode('utf-8', 'replace')))]
    return Result(parse(entry.name), entry.verdict, entry.began, entry.ended,
                  '; '.join(said), str(path))


def last_words(traceback: str) -> str:
    """The exception that a traceback ends with: what is not indented, after all that is.

    Without secrets: Tempest's own errors have the passwords of guests.
    """
    lines = traceback.rstrip().splitlines()
    start = max((number for number, line in enumerate(lines, 1) if line[:1].isspace()),
                default=0)
    return without_secrets(' '.join(lines[start:]))[:_LENGTH]


def _around(at: datetime.datetime, results: Sequence[Result], test: Test) -> bool:
    """Whether a time is within the tests of a class, or near enough where it sets up."""
    near = datetime.timedelta() if test.method else _AROUND
    began = min((r.began for r in results if r.began), default=_FOREVER)
    ended = max((r.ended or _FOREVER for r in results), default=_FOREVER)
    return began - at <= near and at - ended <= near


def _start(result: Result) -> tuple[datetime.datetime, str]:
    return result.began or _FOREVER, str(result.test)
