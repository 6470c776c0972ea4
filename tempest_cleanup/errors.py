"""What can go wrong, and the exit code that says so.

::

    CleanupError                 2
    +-- UsageError               2   options that do not go together
    +-- ConfigurationError       2   tempest.conf, credentials, declarations
    +-- FileError                2   a file that is missing, broken or of another cloud
    +-- Refused                  3   a guard said no
    +-- Interrupted              130 the user stopped it while it was looking
    +-- RemedyFailed             1   a remedy could not be tried, or should not be
    +-- NotExecutable            126 a command that can't be started
    +-- NoSuchCommand            127
    +-- ApiError                     the cloud's answer to one request
        +-- NotFound                 404
        |   +-- NotInCatalog         the token's catalog leaves the service out
        +-- Denied                   401, 403
        +-- Conflict                 400, 409: something is still in the way
        |   +-- StillNeeded          asked for or not, its deletion would harm what stays
        +-- Unavailable              5xx, 429, no answer at all
        +-- Garbage                  an answer that is not what the API promises
"""
import enum

#: How the message of a :class:`NotInCatalog` begins.
NOT_IN_CATALOG = 'not in the catalog'


class ExitCode(enum.IntEnum):
    """What the command ends with."""

    CLEAN = 0
    LEFT = 1
    USAGE = 2
    REFUSED = 3
    UNSEEN = 4
    NOT_EXECUTABLE = 126
    NO_SUCH_COMMAND = 127
    INTERRUPTED = 130


class CleanupError(Exception):
    """The root of all errors that are told to the user without a traceback."""

    exit_code = ExitCode.USAGE


class UsageError(CleanupError):
    """Options that do not go together."""


class ConfigurationError(CleanupError):
    """The configuration, the credentials or a declaration is wrong."""


class FileError(CleanupError):
    """A file can't be read or written, or is not what it should be."""


class Refused(CleanupError):
    """A guard said no: nothing was changed."""

    exit_code = ExitCode.REFUSED


class Interrupted(CleanupError):
    """The user stopped the run while it was looking."""

    exit_code = ExitCode.INTERRUPTED


class RemedyFailed(CleanupError):
    """A remedy could not be tried, or looked and would not do it."""

    exit_code = ExitCode.LEFT


class NotExecutable(CleanupError):
    """The command that was to be run can't be started."""

    exit_code = ExitCode.NOT_EXECUTABLE


class NoSuchCommand(CleanupError):
    """There is no such command to be run."""

    exit_code = ExitCode.NO_SUCH_COMMAND


class ApiError(CleanupError):
    """A request that was not answered as hoped.

    :param message: what the service said, in its own words
    :param status: the HTTP status, 0 where there was no answer
    :param request: method and URL
    :param request_id: the service's id of the request, '' where it gave none
    """

    exit_code = ExitCode.UNSEEN

    def __init__(
        self, message: str, *, status: int = 0, request: str = '', request_id: str = ''
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.request = request
        self.request_id = request_id

    def __str__(self) -> str:
        parts = [f'{self.status} ' if self.status else '', self.message]
        if self.request:
            parts.append(f' ({self.request})')
        if self.request_id:
            parts.append(f' [{self.request_id}]')
        return ''.join(parts)


class NotFound(ApiError):
    """404: there is no such thing."""


class NotInCatalog(NotFound):
    """The catalog of a token leaves the service out; another token's may have it."""


class Denied(ApiError):
    """401 or 403: this token may not do that."""


class Conflict(ApiError):
    """400 or 409: something is still in the way."""


class StillNeeded(Conflict):
    """Its deletion would harm something that stays, or nobody tells whether it would.

    A kind's own check says so, so no remedy is tried.
    """


class Unavailable(ApiError):
    """The service is down, overloaded or broken."""


class Garbage(ApiError):
    """An answer that is not what the API promises."""


def for_status(status: int) -> type[ApiError]:
    """The class of error that an HTTP status means."""
    if status in (404, 410):
        return NotFound
    if status in (401, 403):
        return Denied
    if status in (400, 409):
        return Conflict
    if status >= 500 or status in (0, 408, 413, 429):
        return Unavailable
    return ApiError
