"""Ages in words."""
import datetime

import pytest

from tempest_cleanup import ages


@pytest.mark.parametrize(('text', 'seconds'), [
    ('30s', 30), ('90m', 5400), ('6h', 21600), ('2d', 172800), ('1w', 604800), ('0s', 0)])
def test_what_is_one(text: str, seconds: int) -> None:
    assert ages.parse(text) == datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize(('text', 'told'), [
    ('', 'is no age'), ('6 h', 'is no age'), ('6', 'is no age'), ('-6h', 'is no age'),
    ('99999999w', 'longer ago'), ('9' * 5000 + 's', 'longer ago')])
def test_what_is_none(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as raised:
        ages.parse(text)
    assert len(str(raised.value)) < 200
