"""When a remedy of an operator fits."""
import dataclasses
import datetime
import fnmatch
import re

from tempest_cleanup.remedies.base import Trouble


@dataclasses.dataclass(frozen=True)
class When:
    """The conditions, which must all hold; what is not said holds.

    :param status: patterns in lower case, of which one must fit
    :param created_before: what was created later, or at an unknown time, does not fit
    :param attempts: the deletion was asked for so often at least
    :param error: must be found in the refusal
    :param seconds: since the deletion was first asked for
    """

    status: tuple[str, ...] = ()
    created_before: datetime.datetime | None = None
    attempts: int = 0
    error: re.Pattern[str] | None = None
    seconds: int = 0

    def hold(self, trouble: Trouble) -> bool:
        """Whether they do. Pure."""
        created = trouble.resource.created_at
        return (
            (not self.status or any(fnmatch.fnmatchcase(trouble.status, p) for p in self.status))
            and (self.created_before is None
                 or (created is not None and created < self.created_before))
            and trouble.attempts >= self.attempts
            and trouble.seconds >= self.seconds
            and (self.error is None or bool(trouble.error and self.error.search(trouble.error))))
