"""The forms of a report: which suffix has which renderer."""
import pathlib
from collections.abc import Callable, Iterable, Mapping

from tempest_cleanup import errors, files
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.report import Report, as_html, as_json, as_junit, as_subunit, defects

Form = Callable[[Report, ExitCode], str | bytes]

FORMS: Mapping[str, Form] = {
    '.json': as_json.write,
    '.html': as_html.write,
    '.xml': as_junit.write,
    '.subunit': as_subunit.write,
    '.md': defects.write,
}

#: All of them, in words.
SUFFIXES = f'{", ".join(list(FORMS)[:-1])} or {list(FORMS)[-1]}'


def form(path: pathlib.Path) -> Form:
    """The renderer that the suffix of a file stands for.

    :raises errors.UsageError: it stands for none
    """
    try:
        return FORMS[path.suffix]
    except KeyError:
        raise errors.UsageError(f'--report {path}: a report can be {SUFFIXES}') from None


def write(path: pathlib.Path, report: Report, exit_code: ExitCode) -> None:
    """
    :raises errors.FileError: it can't be written
    """
    files.write(path, form(path)(report, exit_code))


def write_all(
    paths: Iterable[pathlib.Path], report: Report, exit_code: ExitCode,
) -> tuple[errors.FileError, ...]:
    """
    :returns: what went wrong with those that could not be written
    """
    failed = []
    for path in paths:
        try:
            write(path, report, exit_code)
        except errors.FileError as error:
            failed.append(error)
    return tuple(failed)
