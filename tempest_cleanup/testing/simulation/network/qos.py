"""QoS policies and their rules."""

from tempest_cleanup.testing.simulation.http import ApiError, Response, Row, conflict
from tempest_cleanup.testing.simulation.network.common import kind, standard
from tempest_cleanup.testing.simulation.service import Context, Service, World, remove

_RULES: dict[str, Row] = {'bandwidth_limit': {'max_burst_kbps': 0, 'direction': 'egress'},
          'dscp_marking': {}, 'minimum_bandwidth': {'direction': 'egress'},
          'minimum_packet_rate': {'direction': 'egress'},
          'packet_rate_limit': {'direction': 'egress'}}


def _make(world: World, attributes: Row) -> Row:
    return world.store.add('qos_policies', standard(
        world, attributes, shared=False, rules=[], is_default=False, revision_number=0))


def _unused(world: World, row: Row) -> None:
    for name, singular in (('networks', 'network'), ('ports', 'port'),
                           ('floatingips', 'floatingip')):
        for user in world.store.find(name, 'qos_policy_id', row['id']):
            raise conflict('QosPolicyInUse', f'QoS Policy {row["id"]} is used by {singular} '
                           f'{user["id"]}.')
    for router in world.store.find('routers', 'external_gateway_info.qos_policy_id', row['id']):
        raise conflict('QosPolicyInUse', f'QoS Policy {row["id"]} is used by router '
                       f'{router["id"]}.')


def _dispose(world: World, row: Row) -> None:
    for policy in world.store.find('rbac_policies', 'object_id', row['id']):
        remove(world, 'rbac_policies', policy)
    remove(world, 'qos_policies', row)


def _add_rule(context: Context, policy: str, type: str) -> Response:
    row = context.service.lookup(context, POLICIES, policy)
    singular = f'{type}_rule'
    rule = {**_RULES[type], **context.body(singular), 'id': context.store.uuid()}
    context.store.change('qos_policies', policy, rules=[
        *row['rules'], {**rule, 'qos_policy_id': policy, 'type': type}])
    return Response(201, {singular: rule})


def _list_rules(context: Context, policy: str, type: str) -> Response:
    row = context.service.lookup(context, POLICIES, policy)
    return Response(200, {f'{type}_rules': [rule for rule in row['rules']
                                            if rule['type'] == type]})


def _delete_rule(context: Context, policy: str, rule_id: str) -> Response:
    row = context.service.lookup(context, POLICIES, policy)
    left = [rule for rule in row['rules'] if rule['id'] != rule_id]
    if len(left) == len(row['rules']):
        raise ApiError(404, f'QoS rule {rule_id} for policy {policy} could not be found.',
                       'QosRuleNotFound')
    context.store.change('qos_policies', policy, rules=left)
    return Response(204)


def register(service: Service) -> None:
    service.add(POLICIES)
    for type in _RULES:
        _register_rules(service, type)


def _register_rules(service: Service, type: str) -> None:
    path = f'/v2.0/qos/policies/{{policy}}/{type}_rules'
    service.route('GET', path, lambda context, policy: _list_rules(context, policy, type))
    service.route('POST', path, lambda context, policy: _add_rule(context, policy, type))
    service.route('DELETE', path + '/{id}', _delete_rule)


POLICIES = kind('qos_policies', 'qos/policies', 'policy', _make, plural='policies',
                refusals=(_unused,), dispose=_dispose)
