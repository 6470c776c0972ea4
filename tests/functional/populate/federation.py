"""Keystone: federation and OAuth1."""

from urllib.parse import parse_qsl

from oauthlib import oauth1

from tests.functional.openstack import Body
from tests.functional.populate.identity import NOBODY
from tests.functional.populate.site import PASSWORD, Site, new_user, role_named


def populate(site: Site) -> None:
    federation(site)
    oauth(site)


def federation(site: Site) -> None:
    """An identity provider (with the domain that Keystone adds), mapping, service provider."""
    keystone, mapping = site.admin.identity, site.name('mapping')
    provider = keystone.put(f'/OS-FEDERATION/identity_providers/{site.name("idp")}', {
        'identity_provider': {'enabled': True}})['identity_provider']
    site.record('identity_providers', provider, project_id=None)
    site.record('domains', {'id': provider['domain_id'], 'name': provider['domain_id']},
                'made by Keystone for the identity provider', project_id=None)
    rule = {'local': [{'user': {'name': '{0}'}}], 'remote': [{'type': 'UserName'}]}
    site.record('mappings', keystone.put(f'/OS-FEDERATION/mappings/{mapping}', {
        'mapping': {'rules': [rule]}})['mapping'], project_id=None)
    keystone.put(f'/OS-FEDERATION/identity_providers/{provider["id"]}/protocols/saml2',
                 {'protocol': {'mapping_id': mapping}})
    site.record('federation_protocols', {'id': f'{provider["id"]}/saml2', 'name': 'saml2'},
                f'of provider {provider["id"]}', project_id=None)
    there = {'auth_url': NOBODY, 'sp_url': NOBODY, 'enabled': True}
    site.record('service_providers', keystone.put(
        f'/OS-FEDERATION/service_providers/{site.name("sp")}',
        {'service_provider': there})['service_provider'], project_id=None)


def oauth(site: Site) -> None:
    """A consumer, and an access token that a user gave it (Keystone lets only admins)."""
    owner = new_user(site.admin, site.name('oauth'), site.project_id, 'admin')
    site.record('users', owner, project_id=None)
    consumer = site.admin.identity.post('/OS-OAUTH1/consumers', {
        'consumer': {'description': site.name('consumer')}})['consumer']
    site.record('oauth_consumers', consumer, name=consumer['description'], project_id=None)
    asked = _signed(site, consumer, 'request_token', callback_uri='oob')
    giver = site.admin.login_as(owner['name'], PASSWORD, project_id=site.project_id)
    given = giver.identity.put(f'/OS-OAUTH1/authorize/{asked["oauth_token"]}', {
        'roles': [{'id': role_named(site.admin, 'admin')}]})['token']
    token = _signed(site, consumer, 'access_token', resource_owner_key=asked['oauth_token'],
                    resource_owner_secret=asked['oauth_token_secret'],
                    verifier=given['oauth_verifier'])
    site.record('oauth_access_tokens', {'id': token['oauth_token']},
                f'of user {owner["id"]}')


def _signed(site: Site, consumer: Body, what: str, **more: str) -> dict[str, str]:
    """One signed POST of the OAuth1 dance; the values it answers with."""
    client = oauth1.Client(consumer['id'], client_secret=consumer['secret'],
                           signature_method=oauth1.SIGNATURE_HMAC, **more)
    extra = {'Requested-Project-Id': site.project_id} if what == 'request_token' else {}
    path = f'/OS-OAUTH1/{what}'
    _, headers, _ = client.sign(site.admin.login.auth_url + path, http_method='POST',
                                headers=extra)
    answer = site.admin.identity.request('POST', path, headers=headers)
    return dict(parse_qsl(answer.text))
