"""Security groups, their rules, the rules of new groups, address groups."""

from tempest_cleanup.testing.simulation.http import Response, Row, conflict
from tempest_cleanup.testing.simulation.network.common import kind, plain, standard, without
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove
from tempest_cleanup.testing.simulation.store import public

_RULE = {'ethertype': 'IPv4', 'direction': 'ingress', 'protocol': None, 'port_range_min': None,
         'port_range_max': None, 'remote_ip_prefix': None, 'remote_address_group_id': None,
         'normalized_cidr': None, 'remote_group_id': None}


def _make_group(world: World, attributes: Row) -> Row:
    row = standard(world, attributes, stateful=True, shared=False)
    store = world.store
    is_default = row['name'] == 'default'
    if is_default and store.first('security_groups', project_id=row['project_id'],
                                  name='default'):
        raise conflict('SecurityGroupDefaultAlreadyExists',
                       'Default security group already exists.')
    store.add('security_groups', row)
    flag = 'used_in_default_sg' if is_default else 'used_in_non_default_sg'
    for template in store.find('default_security_group_rules', flag, True):
        rule = {name: template[name] for name in _RULE if name in template}
        if rule.get('remote_group_id') == 'PARENT':
            rule['remote_group_id'] = row['id']
        _make_rule(world, {**rule, 'security_group_id': row['id'], 'description': None})
    return row


def default_group(world: World, project: str) -> str:
    """The project's default group; it is made when it is looked for."""
    found = world.store.first('security_groups', project_id=project, name='default')
    if found is None:
        found = _make_group(world, {'name': 'default', 'project_id': project,
                                    'description': 'Default security group'})
    return str(found['id'])


def _list_groups(context: Context) -> Response:
    """To look at the groups of a project makes its default group."""
    asked = context.request.one('project_id') or context.request.one('tenant_id')
    project = asked if context.token.admin and asked else context.token.project_id
    default_group(context.world, project)
    return context.service.listing(GROUPS)(context)


def _group_view(context: Context, row: Row) -> Row:
    rules = context.store.find('security_group_rules', 'security_group_id', row['id'])
    return {**public(row), 'security_group_rules': [public(rule) for rule in rules]}


def _group_unused(world: World, row: Row) -> None:
    if world.store.find('ports', 'security_groups', row['id']):
        raise conflict('SecurityGroupInUse', f'Security Group {row["id"]} in use.')


def _delete_group(context: Context, id: str) -> Response:
    """Only an admin may delete a default group."""
    row = context.service.lookup(context, GROUPS, id)
    if row['name'] == 'default' and not context.token.admin:
        raise conflict('SecurityGroupCannotRemoveDefault',
                       'Insufficient rights for removing default security group.')
    return context.service.deleting(GROUPS)(context, id)


def _dispose_group(world: World, row: Row) -> None:
    for name, field in (('security_group_rules', 'security_group_id'),
                        ('security_group_rules', 'remote_group_id'),
                        ('rbac_policies', 'object_id')):
        for held in world.store.find(name, field, row['id']):
            world.store.remove(name, held['_key'])
    remove(world, 'security_groups', row)


def _make_rule(world: World, attributes: Row) -> Row:
    group = world.store.get('security_groups', attributes.get('security_group_id', ''))
    if group is not None:
        attributes.setdefault('project_id', group['project_id'])
    row = without(standard(world, attributes, **_RULE, revision_number=0), 'name', 'tags')
    row['belongs_to_default_sg'] = bool(group and group['name'] == 'default')
    return world.store.add('security_group_rules', row)


def _make_default_rule(world: World, attributes: Row) -> Row:
    attributes.pop('project_id', None)
    row = {'id': world.store.uuid(), **_RULE, 'description': '', 'used_in_default_sg': False,
           'used_in_non_default_sg': True, **attributes}
    del row['normalized_cidr']
    return world.store.add('default_security_group_rules', row)


def seed_default_rules(world: World) -> None:
    """The four rules that Neutron comes with."""
    for direction in ('egress', 'ingress'):
        for ethertype in ('IPv4', 'IPv6'):
            ingress = direction == 'ingress'
            _make_default_rule(world, {
                'direction': direction, 'ethertype': ethertype, 'used_in_default_sg': True,
                'used_in_non_default_sg': not ingress,
                'remote_group_id': 'PARENT' if ingress else None,
                'description': f'Legacy default SG rule for {direction} traffic'})


def _address_group_unused(world: World, row: Row) -> None:
    if world.store.find('security_group_rules', 'remote_address_group_id', row['id']):
        raise conflict('AddressGroupInUse', f'Address group {row["id"]} is in use on one or more '
                       'security group rules.')


def _dispose_address_group(world: World, row: Row) -> None:
    for policy in world.store.find('rbac_policies', 'object_id', row['id']):
        remove(world, 'rbac_policies', policy)
    remove(world, 'address_groups', row)


def register(service: Service) -> None:
    for each in (GROUPS, RULES, DEFAULT_RULES, ADDRESS_GROUPS):
        service.add(each)
    service.route('GET', '/v2.0/security-groups', _list_groups)
    service.route('DELETE', '/v2.0/security-groups/{id}', _delete_group)


GROUPS = kind('security_groups', 'security-groups', 'security_group', _make_group,
              view=_group_view, refusals=(_group_unused,), dispose=_dispose_group)
RULES = kind('security_group_rules', 'security-group-rules', 'security_group_rule', _make_rule)
DEFAULT_RULES = kind('default_security_group_rules', 'default-security-group-rules',
                     'default_security_group_rule', _make_default_rule, owner='',
                     admin_only=True)
ADDRESS_GROUPS = kind('address_groups', 'address-groups', 'address_group',
                      plain('address_groups', addresses=[]),
                      refusals=(_address_group_unused,), dispose=_dispose_address_group)
