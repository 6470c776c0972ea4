"""What tempest.conf and the test accounts file say: the cloud, and what to preserve."""
import contextlib
import dataclasses
import os
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from oslo_config import cfg
from tempest import config as tempest_config

from tempest_cleanup import errors, tempest_plugin
from tempest_cleanup.cloud import Cloud, Endpoint
from tempest_cleanup.cloud.tokens import Account
from tempest_cleanup.cloud.transport import Transport
from tempest_cleanup.named_objects import ACCOUNT_OBJECTS, LISTS, OBJECTS
from tempest_cleanup.provenance import Preprovisioned
from tempest_cleanup.remedies import sql

#: tempest.conf's section for each service type.
SECTIONS = {'compute': 'compute', 'network': 'network', 'image': 'image',
            'block-storage': 'volume', 'identity': 'identity', 'object-store': 'object_storage',
            'orchestration': 'heat_plugin'}


@dataclasses.dataclass(frozen=True)
class Traces:
    """Where Tempest leaves its traces, and how it names what it makes.

    :param log_dir: and ``log_file``, ``prefix``: as [DEFAULT] has them
    """

    log_dir: str = ''
    log_file: str = ''
    prefix: str = 'tempest'


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """An object that the configuration names.

    :param where: the option, or the file of test accounts, in words
    :param section: of tempest.conf, '' for the test accounts
    :param chosen: whether somebody wrote it there, and it is not a default of Tempest's
    """

    kind: str
    word: str
    where: str
    section: str = ''
    chosen: bool = True


@dataclasses.dataclass(frozen=True)
class Config:
    """What the configuration says.

    :param account: the administrator
    :param endpoints: by service type
    :param names: by kind: ids and names of the objects that it names
    :param options: keyword arguments of the transport
    :param cleanup: the options of ``[cleanup]``
    :param reseller_role: the name of the role that may use every Swift account
    :param traces: what a run of Tempest is known by
    :param accounts: of the test accounts file
    :param named: what ``names`` is drawn from
    :param databases: the URLs of the services' own, by name; there are passwords in them
    """

    account: Account
    region: str
    endpoints: Mapping[str, Endpoint]
    names: Mapping[str, frozenset[str]]
    options: Mapping[str, Any]
    cleanup: Mapping[str, Any] = dataclasses.field(
        default_factory=lambda: dict(tempest_plugin.DEFAULTS))
    reseller_role: str = ''
    traces: Traces = Traces()
    accounts: tuple[Preprovisioned, ...] = ()
    named: tuple[Named, ...] = ()
    databases: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)

    def cloud(self, connections: int) -> Cloud:
        """The cloud that it is about; nothing is sent yet."""
        return Cloud(self.account, Transport(connections=connections, **self.options),
                     self.endpoints, self.region)


def load(config_file: str | None) -> Config:
    """Read tempest's configuration as Tempest itself does.

    :param config_file: instead of the one that Tempest would find
    :raises errors.ConfigurationError: it is missing or lacks what is needed
    """
    conf = tempest_config.CONF
    if config_file:
        path = pathlib.Path(config_file).absolute()
        if not path.is_file():
            raise errors.ConfigurationError(f'there is no configuration file {config_file}')
        conf.set_config_path(str(path))
    try:
        if not conf.identity.uri_v3:
            raise errors.ConfigurationError(
                f'no [identity] uri_v3 is set in {_searched()}: name a tempest.conf with '
                '--config-file, or work in the folder that "tempest init" made')
        return _read(conf)
    except cfg.Error as error:
        raise errors.ConfigurationError(f'tempest.conf: {error}') from error


def _read(conf: Any) -> Config:
    auth = conf.auth
    if not auth.admin_username or not auth.admin_password:
        raise errors.ConfigurationError(
            'tempest.conf has no [auth] admin_username and admin_password: '
            'an administrator\'s account is needed')
    domain = auth.admin_domain_name
    account = Account(
        conf.identity.uri_v3, auth.admin_username, auth.admin_password,
        auth.admin_project_name or None, auth.admin_user_domain_name or domain or 'Default',
        auth.admin_project_domain_name or domain or 'Default')
    accounts = _accounts(auth.test_accounts_file)
    named = tuple(_named(conf, accounts))
    return Config(
        account, conf.identity.region or '', _endpoints(conf),
        {kind: frozenset(n.word for n in named if n.kind == kind) for kind in OBJECTS},
        {'timeout': float(conf.service_clients.http_timeout or 60),
         'proxy_url': conf.service_clients.proxy_url or None,
         'ca_certs': conf.identity.ca_certificates_file or None,
         'insecure': conf.identity.disable_ssl_certificate_validation}, _cleanup(conf),
        str(_option(conf, 'object_storage', 'reseller_admin_role') or ''), _traces(conf),
        tuple(_preprovisioned(a, str(auth.default_credentials_domain_name or ''))
              for a in accounts), named, sql.named(conf.cleanup.database_connection))


def _cleanup(conf: Any) -> dict[str, Any]:
    try:
        return {name: getattr(conf.cleanup, name) for name in tempest_plugin.DEFAULTS}
    except (cfg.NoSuchOptError, AttributeError) as error:
        # What it says may be what protects something.
        raise errors.ConfigurationError(
            'Tempest does not know the options of [cleanup]: install tempest-cleanup again; '
            'if another plugin has a section of that name, they can\'t be used together'
        ) from error


def _traces(conf: Any) -> Traces:
    return Traces(conf.log_dir or '', conf.log_file or '', conf.resource_name_prefix or '')


def _endpoints(conf: Any) -> dict[str, Endpoint]:
    found = {}
    for service_type, section in SECTIONS.items():
        kind = 'v3_endpoint_type' if service_type == 'identity' else 'endpoint_type'
        found[service_type] = Endpoint(
            str(_option(conf, section, 'catalog_type') or ''),
            str(_option(conf, section, 'region') or ''),
            str(_option(conf, section, kind) or 'public'))
    return found


Accounts = list[Mapping[str, Any]]


def _named(conf: Any, accounts: Accounts) -> Iterator[Named]:
    for kind, options in OBJECTS.items():
        for section, option in options:
            value = _option(conf, section, option)
            if (section, option) in LISTS:
                value = [word.strip() for word in str(value or '').split(',')]
            for word in sorted(_values(value)):
                yield Named(kind, word, f'[{section}] {option}', section,
                            _is_chosen(conf, section, option))
    for account in accounts:
        for key, kind in ACCOUNT_OBJECTS.items():
            yield from (Named(kind, word, f'the test accounts file, {key}')
                        for word in sorted(_values(account.get(key))))
        resources = account.get('resources') or {}
        yield from (Named('networks', word, 'the test accounts file, network')
                    for word in sorted(_values(resources.get('network'))))


def _is_chosen(conf: Any, section: str, option: str) -> bool:
    """Whether the file sets it; Tempest writes some sections with dashes."""
    for group in (section, section.replace('_', '-')):
        with contextlib.suppress(cfg.NoSuchOptError, cfg.NoSuchGroupError):
            found = conf.get_location(option, group)
            if found is not None:
                return bool(found.location.is_user_controlled)
    return False


def _preprovisioned(account: Mapping[str, Any], domain: str) -> Preprovisioned:
    """An account, with the domain that Tempest takes where the file names none."""
    def first(*keys: str) -> str:
        return next((str(account[key]) for key in keys if account.get(key)), '')

    domain = first('domain_id', 'domain_name') or domain
    return Preprovisioned(
        first('user_id', 'username'), first('user_domain_id', 'user_domain_name') or domain,
        first('project_id', 'tenant_id', 'project_name', 'tenant_name'),
        first('project_domain_id', 'project_domain_name') or domain)


def _accounts(path: str | None) -> Accounts:
    if not path:
        return []
    try:
        accounts = yaml.safe_load(pathlib.Path(path).read_text(encoding='utf-8'))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # Also what is no UTF-8, a date that is none, and what is too deep.
        raise errors.ConfigurationError(
            f'[auth] test_accounts_file {path} can\'t be read: {error}') from error
    if not isinstance(accounts, list) or not all(
            isinstance(a, dict) and isinstance(a.get('resources') or {}, dict)
            for a in accounts):
        raise errors.ConfigurationError(
            f'[auth] test_accounts_file {path} is not a list of accounts')
    return accounts


def _option(conf: Any, section: str, option: str) -> Any:
    try:
        return getattr(getattr(conf, section), option, None)
    except (cfg.NoSuchOptError, AttributeError):
        return None  # a plugin that is not installed


def _values(value: Any) -> set[str]:
    if isinstance(value, (list, tuple)):
        return {str(v) for v in value if v}
    return {str(value)} if value else set()


def _searched() -> str:
    folder = os.environ.get('TEMPEST_CONFIG_DIR', os.path.join(os.getcwd(), 'etc'))
    name = os.environ.get('TEMPEST_CONFIG', 'tempest.conf')
    return f'{os.path.join(folder, name)} or /etc/tempest/tempest.conf'
