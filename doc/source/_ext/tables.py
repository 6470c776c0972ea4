"""Tables made from the code, so that nobody keeps them.

``.. kinds::`` has every kind that is installed, ``.. stays::`` what of them is not put back,
``.. rules::`` the rules in their order, ``.. causes::`` the causes in theirs,
``.. known-leaks::`` what Tempest leaves by itself, ``.. faults::`` what is made to go wrong on the
real cloud, ``.. peers::`` what other tools do with each kind, ``.. remedy-fields::`` what may
stand in a remedies file, ``.. ladders::`` the remedies of each kind, in their order.
"""
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import peers
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from tempest_cleanup import remedies, rules, services
from tempest_cleanup.diagnosis import causes
from tempest_cleanup.diagnosis.causes import known
from tempest_cleanup.remedies.operator import schema
from tempest_cleanup.services.base import EVERYTHING, ResourceService
from tests.functional.fault_table import FAULTS

KINDS_HEAD = ('Kind', 'What it is', 'Listed by', 'Deleted after', 'Goes with', 'Put back', 'Tried')
STAYS_HEAD, STAYS_WIDTHS = ('Kind', 'What', 'Why'), (24, 36, 40)
LADDERS_HEAD, LADDERS_WIDTHS = ('Kind', 'Step', 'What it does', 'Why'), (22, 8, 30, 40)
KINDS_WIDTHS = (22, 34, 10, 24, 18, 8, 8)


class KindsTable(SphinxDirective):
    """One table for each service."""

    def run(self) -> list[nodes.Node]:
        kinds = services.load()
        before = services.predecessors(kinds)
        found: list[nodes.Node] = []
        for service_type in sorted({kind.service_type for kind in kinds.values()}):
            rows = [row(kind, before[kind.name]) for kind in kinds.values()
                    if kind.service_type == service_type]
            section = nodes.section(ids=[nodes.make_id(f'kinds-{service_type}')])
            section += nodes.title(text=service_type)
            section += table(KINDS_HEAD, KINDS_WIDTHS, rows)
            found.append(section)
        return found


class StaysTable(SphinxDirective):
    """What a run may change and is not put back, with the reason."""

    def run(self) -> list[nodes.Node]:
        return [table(STAYS_HEAD, STAYS_WIDTHS, [
            (kind.name, what, reason) for kind in services.load().values()
            for what, reason in kind.stays_changed.items()])]


class FaultsTable(SphinxDirective):
    """What is made to go wrong, and the causes that are right."""

    def run(self) -> list[nodes.Node]:
        return [table(('What goes wrong', 'What is left', 'Right causes'), (60, 18, 22),
                      [(fault.what, fault.kind, ', '.join(sorted(fault.causes)))
                       for fault in FAULTS])]


class RulesTable(SphinxDirective):
    """What each rule says of itself."""

    def run(self) -> list[nodes.Node]:
        return [table(('Rule', 'Says'), (20, 80),
                      [(rule.__name__, rule.__doc__ or '') for rule in rules.RULES])]


class CausesTable(SphinxDirective):
    """What each cause says of itself, in the order in which they are held for it."""

    def run(self) -> list[nodes.Node]:
        return [table(('Cause', 'It is that'), (20, 80),
                      [(name, ' '.join((one.__doc__ or '').split()))
                       for name, one in causes.load().items()])]


class KnownLeaksTable(SphinxDirective):
    """One row for each."""

    def run(self) -> list[nodes.Node]:
        return [table(('Kinds', 'Of', 'What'), (20, 20, 60),
                      [(', '.join(sorted(leak.kinds)), leak.of, leak.what)
                       for leak in known.LEAKS])]


class LaddersTable(SphinxDirective):
    """The remedies of each kind, the gentlest first."""

    def run(self) -> list[nodes.Node]:
        ladders = remedies.ladders(remedies.load(), services.load())
        return [table(LADDERS_HEAD, LADDERS_WIDTHS, [
            (kind if not number else '', step.rank.name.lower(), step.does,
             ' '.join((step.__doc__ or '').split()))
            for kind, ladder in ladders.items() for number, step in enumerate(ladder)])]


class PeersTable(SphinxDirective):
    """One table for each service, and the source."""

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = [nodes.paragraph(text=peers.read()['source'])]
        for name, rows in peers.sections(services.load()).items():
            section = nodes.section(ids=[nodes.make_id(f'peers-{name}')])
            section += nodes.title(text=name)
            section += table(peers.HEAD, peers.WIDTHS, rows)
            found.append(section)
        return found


class RemedyFieldsTable(SphinxDirective):
    """One row for each field of an entry, and of what is in it."""

    def run(self) -> list[nodes.Node]:
        entry = schema.schema()['$defs']['remedy']
        return [table(('Field', 'What it says', 'Default'), (24, 64, 12),
                      list(_fields(entry, '')))]


def _fields(of: Mapping[str, Any], before: str) -> Iterator[tuple[str, str, str]]:
    needed = of.get('required', ())
    for name, field in of.get('properties', {}).items():
        default = 'needed' if name in needed else str(field.get('default', ''))
        yield before + name, field['description'], default
        yield from _fields(field, f'{before}{name}.')


def row(kind: type[ResourceService], before: frozenset[str]) -> tuple[str, ...]:
    """What there is to say of one kind.

    :param before: the kinds that must be gone before
    """
    after = 'everything else' if EVERYTHING in kind.delete_after else ', '.join(sorted(before))
    return (kind.name, sentence(kind), str(kind.scope), after,
            ', '.join(kind.goes_with),
            'yes' if kind.comes_back else ', '.join(kind.settings),
            'yes' if kind.tried else 'no')


def sentence(kind: type[ResourceService]) -> str:
    """The first sentence of a kind's docstring; its name where it has none."""
    text = ' '.join((kind.__doc__ or f'{kind.name.replace("_", " ").capitalize()}.').split())
    first, _, _ = text.partition('. ')
    return first.rstrip('.') + '.'


def table(
    head: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]],
) -> nodes.table:
    """A table of plain text; the first column is literal."""
    group = nodes.tgroup(cols=len(head))
    group += (nodes.colspec(colwidth=width) for width in widths)
    group += nodes.thead('', nodes.row('', *(_cell(nodes.Text(word)) for word in head)))
    group += nodes.tbody('', *(nodes.row('', *_cells(words)) for words in rows))
    return nodes.table('', group)


def _cells(words: Sequence[str]) -> Iterator[nodes.entry]:
    yield _cell(nodes.literal(text=words[0]))
    yield from (_cell(nodes.Text(word)) for word in words[1:])


def _cell(content: nodes.Node) -> nodes.entry:
    return nodes.entry('', nodes.paragraph('', '', content))


def setup(app: Sphinx) -> ExtensionMetadata:
    app.add_directive('kinds', KindsTable)
    app.add_directive('rules', RulesTable)
    app.add_directive('stays', StaysTable)
    app.add_directive('causes', CausesTable)
    app.add_directive('known-leaks', KnownLeaksTable)
    app.add_directive('faults', FaultsTable)
    app.add_directive('peers', PeersTable)
    app.add_directive('remedy-fields', RemedyFieldsTable)
    app.add_directive('ladders', LaddersTable)
    return {'version': '1', 'parallel_read_safe': True}
