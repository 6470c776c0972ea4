"""The JSON report, against its published schema."""
import copy
import json
from typing import Any

import jsonschema
import pytest

from tempest_cleanup.report import as_json
from tests.unit.report import reports
from tests.unit.report.reports import REPORTS


def strict(schema: Any) -> Any:
    """The same schema, but that no key may stand in a report that it does not describe."""
    if isinstance(schema, list):
        return [strict(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    # What is put together of several parts can't be closed in one of them.
    if 'properties' in schema and 'required' in schema and 'settings' not in schema['required']:
        made.setdefault('unevaluatedProperties', False)
    return made


def check(data: Any, schema: Any) -> None:
    jsonschema.Draft202012Validator(schema).validate(data)


def rendered(name: str) -> dict[str, Any]:
    report = REPORTS[name]()
    data: dict[str, Any] = json.loads(as_json.write(report, report.exit_code()))
    return data


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(as_json.schema())


@pytest.mark.parametrize('name', list(REPORTS))
def test_it_fits_the_schema(name: str) -> None:
    """And every key is described."""
    schema = strict(copy.deepcopy(as_json.schema()))
    # The keys of a resource are told by several definitions; each is looked at on its own.
    schema['$defs']['resource'].pop('unevaluatedProperties')
    check(rendered(name), schema)


@pytest.mark.parametrize('spoil', [
    lambda d: d.update(format=1), lambda d: d.pop('findings'),
    lambda d: d['decisions'][0].pop('created_at'), lambda d: d['decisions'][0].update(name=None),
    lambda d: d['decisions'][0].update(action='destroy'),
    lambda d: d['cases'][0]['timeline'][0].update(mark='magic'),
    lambda d: d['findings'][0]['cause'].update(certainty='sure'),
    lambda d: d['history']['findings'].update(x={})])
def test_the_schema_refuses_what_is_wrong(spoil: Any) -> None:
    data = rendered('dry_run')
    check(data, as_json.schema())
    spoil(data)
    with pytest.raises(jsonschema.ValidationError):
        check(data, as_json.schema())


def test_what_a_plan_needs() -> None:
    """Each resource can be found again, and is known when it is another one by then."""
    decision = rendered('dry_run')['decisions'][0]
    router = reports.dry_run().diagnosis.findings[0].resources[0]
    assert router.created_at
    assert {key: decision[key] for key in ('kind', 'id', 'name', 'project_id', 'created_at',
                                           'action', 'finding')} == {
        'kind': 'routers', 'id': router.id, 'name': 'tempest-router-1', 'project_id': 'p1',
        'created_at': router.created_at.isoformat(), 'action': 'delete',
        'finding': 'delete-refused-fingerprint'}


def test_it_is_complete() -> None:
    """Nothing is folded."""
    data = rendered('clean_up')
    assert [len(f['resources']) for f in data['findings']] == [41, 2, 1]
    assert len(data['cases']) == 44
    assert len(data['decisions']) == 48
    (router,) = [case for case in data['cases'] if case['kind'] == 'routers']
    assert [m['text'] for m in router['timeline'] if m['mark'] == 'refused'] == [
        f'DELETE /v2.0/routers/{reports.uuid(1)} 409: Router still has ports, by '
        f'{reports.ROUTERS_TEST}'] * 2
    assert data['findings'][0]['recurrence'] == 'seen in 4 of the last 5 runs'
    assert data['history']['gone'][0]['kinds'] == ['stacks']
    assert data['versions']['tempest'] == '46.1.0'
