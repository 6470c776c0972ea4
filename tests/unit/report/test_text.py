"""Texts from the cloud, where they are shown."""
import re

import pytest

from tempest_cleanup.report.text import code, markdown, short
from tests.unit.report.reports import HOSTILE


@pytest.mark.parametrize(('text', 'shown'), [
    ('plain text, v1.2 of test_delete_server (ok)', 'plain text, v1.2 of test_delete_server (ok)'),
    ('*a* _b_ `c` [d](e) <f> &amp;', r'\*a\* \_b\_ \`c\` \[d\](e) \<f\> \&amp;'),
    ('- item', r'\- item'), ('# title', r'\# title'), ('1. one', r'1\. one'), ('1.5 s', r'1\.5 s'),
    ('a\nb', 'a\N{REPLACEMENT CHARACTER}b'), ('a | b', r'a \| b')])
def test_markdown(text: str, shown: str) -> None:
    """Point 11."""
    assert markdown(text) == shown


@pytest.mark.parametrize(('text', 'shown'), [
    ('a b', '`a b`'), ('a`b', '``a`b``'), ('`a`', '`` `a` ``'), ('a``b`c', '```a``b`c```'),
    ('', '`   `'), ('a\nb', '`a\N{REPLACEMENT CHARACTER}b`')])
def test_code(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize('text', HOSTILE)
def test_no_name_ends_its_code_span(text: str) -> None:
    span = code(text)
    fence = re.match('`+', span)
    assert fence
    runs = re.findall('`+', span)
    assert [run for run in runs if len(run) == len(fence.group())] == [runs[0], runs[-1]]
    assert '\n' not in span


def test_short() -> None:
    assert short('x' * 160) == 'x' * 160
    assert short('x' * 161) == 'x' * 159 + '…'
    assert short('\x1b[2J') == '\N{REPLACEMENT CHARACTER}[2J'
