"""What services say, as facts that can be shown: on one line, short, and without secrets."""
import json
import re
from typing import Any

#: Characters of a fact; tracebacks can be long.
LENGTH = 400
HIDDEN = '***'

#: A password in a URL, a Fernet token, and what is called a password or the like. Drivers write
#: their whole command lines into errors.
_SECRETS = re.compile(
    r'(?P<url>://[^/\s:@]+:)[^/\s@]+(?=@)|gAAAAA[\w=-]+'
    r'|(?P<name>(?i:passwo?r?d|secret|token|api_key)["\']?\s*[=:]\s*["\']?)[^\s"\',;}&]+')


def brief(value: Any) -> str:
    """A value on one line, cut where it gets long, without what is secret by its looks."""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    line = without_secrets(text)
    return line if len(line) <= LENGTH else line[:LENGTH - 3] + '...'


def without_secrets(text: str) -> str:
    """A text on one line, without what is secret by its looks."""
    return _SECRETS.sub(_hide, ' '.join(text.split()))


def _hide(found: re.Match[str]) -> str:
    return (found['url'] or found['name'] or '') + HIDDEN
