"""What names tell: Tempest names what it makes after a prefix and, mostly, the test class."""
import dataclasses
import enum
import re
from collections.abc import Collection

#: ``[DEFAULT] resource_name_prefix`` where nothing else is set. Some plugins know no other.
PREFIX = 'tempest'

#: What dynamic credentials put behind the name that they are made with.
_CREDENTIALS = re.compile(
    r'-(?:network|subnet|router|desc|(?:project|domain|system)(?:-[\w-]+)?)$')
_RANDOM = re.compile(r'-(?:\d{1,10}|[0-9a-f]{8})$')
#: Heat's tests know no prefix.
_BARE = re.compile(r'([A-Z]\w*Test\w*)-\d{1,10}')
_CLASS = re.compile(r'[A-Z]\w{0,199}')


class Sure(enum.IntEnum):
    """How sure a name makes one of its test."""

    #: It could be anybody's.
    NOT = 0
    #: It has the form of Tempest's names, but no class.
    TEMPEST = 1
    #: It has a class in it.
    CLASS = 2
    #: It is a name that Tempest gives to a class's credentials and their network.
    CREDENTIALS = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """What a name tells.

    :param class_name: of the test, '' where it tells none
    """

    sure: Sure = Sure.NOT
    class_name: str = ''
    name: str = ''


def tell(name: str, prefix: str = PREFIX, classes: Collection[str] = ()) -> Named:
    """What one name tells.

    :param classes: that are known to have run; others are told by a ``Test`` in them
    """
    text, credentials = _CREDENTIALS.subn('', name)
    for start in dict.fromkeys((prefix, PREFIX)):
        if not start or not text.startswith(f'{start}-'):
            continue
        rest, numbered = _RANDOM.subn('', text[len(start):])
        word = rest.strip('-').partition('-')[0]
        if word in classes or (_CLASS.fullmatch(word) and 'Test' in word):
            return Named(Sure.CREDENTIALS if credentials else Sure.CLASS, word, name)
        return Named(Sure.TEMPEST if numbered or credentials else Sure.NOT, '', name)
    bare = _BARE.match(text)
    return Named(Sure.CLASS, bare[1], name) if bare else Named(name=name)


def tell_all(
    names: Collection[str], prefix: str = PREFIX, classes: Collection[str] = (),
) -> Named:
    """What several names tell, of a resource, its project, its user: the surest first.

    One with a class comes before one without; of equals, the first.
    """
    told = [tell(name, prefix, classes) for name in names if name]
    return max(told, key=lambda t: (bool(t.class_name), t.sure), default=Named())
