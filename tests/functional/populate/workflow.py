"""Mistral: a workflow with everything that may hang on it, in two namespaces."""

from tests.functional.openstack import Api, Body, wait_for
from tests.functional.populate.site import Site

PLAIN = {'Content-Type': 'text/plain'}
TASKS = "\n  tasks:\n    t1:\n      action: std.async_noop\n"
CODE = 'from mistral_lib import actions\n\n\nclass Nothing(actions.Action):\n    pass\n'


def populate(site: Site) -> None:
    if not site.admin.has('workflow'):
        return
    user, admin = Api(site.user.session, 'workflow', ''), Api(site.admin.session, 'workflow', '')
    flow = _text(user, '/workflows', f"version: '2.0'\n{site.name('workflow')}:{TASKS}")[
        'workflows'][0]
    site.record('workflows', flow)
    for namespace in ('', site.name('namespace')):
        _book(site, user, namespace)
    site.record('workflow_environments', user.post('/environments', {
        'name': site.name('environment'), 'variables': '{"a": "b"}'}))
    run = user.post('/executions', {'workflow_id': flow['id']})
    site.record('workflow_executions', run, name=flow['name'])

    def runs() -> list[Body]:
        return [one for one in user.get('/action_executions')['action_executions']
                if one['workflow_name'] == flow['name'] and one['project_id'] == site.project_id]

    for one in wait_for('the action of a task', runs):
        site.record('action_executions', one, 'of the execution')
    site.record('cron_triggers', user.post('/cron_triggers', {
        'name': site.name('cron'), 'pattern': '0 0 1 1 *', 'workflow_id': flow['id']}))
    site.record('event_triggers', user.post('/event_triggers', {
        'name': site.name('event'), 'workflow_id': flow['id'], 'exchange': 'nova',
        'topic': 'notifications', 'event': 'compute.instance.create.end'}))
    _code(site, admin)


def _book(site: Site, user: Api, namespace: str) -> None:
    name, query = site.name('book'), f'?namespace={namespace}' if namespace else ''
    book = _text(user, f'/workbooks{query}', f"version: '2.0'\nname: {name}\nworkflows:\n"
                 "  inner:\n    tasks:\n      t1:\n        action: std.noop\n")
    site.record('workbooks', book, namespace)
    action = _text(user, f'/actions{query}', f"version: '2.0'\n{site.name('action')}:\n"
                   "  base: std.echo\n  base-input:\n    output: hello\n")['actions'][0]
    site.record('workflow_actions', action, namespace or 'plain')
    for one in user.get('/workflows')['workflows']:
        if one['name'] == f'{name}.inner' and one['namespace'] == book['namespace']:
            site.record('workflows', one, 'made by a workbook')


def _code(site: Site, admin: Api) -> None:
    source = _text(admin, f'/code_sources?name={site.name("code")}', CODE)
    project = site.admin.project_id
    site.record('code_sources', source, project_id=project)
    site.record('dynamic_actions', admin.post('/dynamic_actions', {
        'name': site.name('dynamic'), 'class_name': 'Nothing',
        'code_source_id': source['id']}), project_id=project)


def _text(api: Api, path: str, text: str) -> Body:
    body: Body = api.request('POST', path, data=text.encode(), headers=PLAIN).json()
    return body
