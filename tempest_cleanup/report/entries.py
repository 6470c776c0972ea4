"""What was left, changed or undone, one by one: what all renderers go through."""
import collections
import dataclasses
from collections.abc import Iterable

from tempest_cleanup.diagnosis.model import Case, Finding, Test
from tempest_cleanup.model import Action, Decision, Outcome, Resource
from tempest_cleanup.report import Report


@dataclasses.dataclass(frozen=True)
class Entry:
    """One resource, and all that the report says of it.

    :param project: the name of its project, or the id where it has none
    """

    resource: Resource
    project: str
    decision: Decision | None = None
    outcome: Outcome | None = None
    finding: Finding | None = None
    case: Case | None = None

    @property
    def state(self) -> str:
        """What became of it, or what is to become of it."""
        if self.outcome:
            return str(self.outcome.status)
        if self.decision is None:
            return 'found'
        return 'kept' if self.decision.action is Action.KEEP else f'to {self.decision.action}'

    @property
    def test(self) -> Test | None:
        """The test that it is laid at the door of."""
        made = self.case.test if self.case else None
        return made or (self.finding.cause.test if self.finding else None)


def entries(report: Report) -> tuple[Entry, ...]:
    """What is to be cleaned up and what findings are about, the largest finding first."""
    findings, outcomes = report.finding_by_key(), report.outcome_by_key()
    decisions = {d.resource.key: d for d in report.decisions}
    names = report.project_names()
    order = {id(f): number for number, f in enumerate(report.diagnosis.findings)}
    resources = {r.key: r for f in report.diagnosis.findings for r in f.resources}
    resources |= {d.resource.key: d.resource for d in report.to_do()}
    found = [Entry(r, project_of(r, names), decisions.get(key), outcomes.get(key),
                   findings.get(key), report.diagnosis.cases.get(key))
             for key, r in resources.items()]
    place = {r.key: n for f in report.diagnosis.findings for n, r in enumerate(f.resources)}
    return tuple(sorted(found, key=lambda e: (
        order[id(e.finding)] if e.finding else len(order),
        place.get(e.resource.key, 0), e.project, e.resource.kind, e.resource.name,
        e.resource.id)))


def project_of(resource: Resource, names: dict[str, str]) -> str:
    """The project that a resource is shown under; ``-`` where it has none."""
    if resource.kind == 'projects':
        return resource.name
    return names.get(resource.project_id) or resource.project_id or '-'


def counted(resources: Iterable[Resource]) -> str:
    """``38 ports, 1 routers``: the most of one kind first."""
    kinds = collections.Counter(r.kind for r in resources)
    return ', '.join(f'{count} {kind}' for kind, count in sorted(
        kinds.items(), key=lambda item: (-item[1], item[0])))
