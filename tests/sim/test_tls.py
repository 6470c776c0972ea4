"""A cloud is believed to be the one that it says only as tempest.conf allows."""
import pathlib
import ssl
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import trustme

from tests.sim.runs import Workspace
from tests.sim.tls import terminated


class Certified(NamedTuple):
    """A workspace whose cloud is behind TLS.

    :param authority: a file with the certificate of who vouches for it
    """

    workspace: Workspace
    authority: pathlib.Path


@pytest.fixture
def certified(workspace: Workspace) -> Iterator[Certified]:
    """Keystone and all services behind a certificate that no machine trusts by itself."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert('127.0.0.1').configure_cert(context)
    path = workspace.folder.parent / 'authority.pem'
    authority.cert_pem.write_to_path(str(path))
    world = workspace.cloud._world
    with terminated(context, urlsplit(world.base).port or 0) as base:
        world.base = base
        workspace.cloud.tempest_conf(workspace.conf)
        yield Certified(workspace, path)


def test_a_certificate_that_nobody_vouches_for_is_refused(certified: Certified) -> None:
    """By default: no password is sent, and the message says what is wrong."""
    workspace = certified.workspace
    ended = workspace.run('--init-saved-state', code=2)
    assert 'certificate verify failed' in ended.err
    assert workspace.cloud.requests == []
    assert not workspace.saved.exists()
    told = workspace.run(command='cleanup doctor', code=2)
    assert 'certificate verify failed' in told.out


def test_the_authority_of_the_configuration_is_believed(certified: Certified) -> None:
    workspace = certified.workspace
    workspace.configure('identity', ca_certificates_file=str(certified.authority))
    workspace.run('--init-saved-state', code=0)
    leak = workspace.cloud.create('volumes', name='leak')
    workspace.run('--preserve-state', code=0)
    assert not workspace.cloud.get('volumes', leak)
    ended = workspace.run(command='cleanup doctor', code=0)
    assert 'disable_ssl_certificate_validation' not in ended.out


def test_another_authority_is_not(certified: Certified) -> None:
    workspace = certified.workspace
    trustme.CA().cert_pem.write_to_path(str(certified.authority))
    workspace.configure('identity', ca_certificates_file=str(certified.authority))
    ended = workspace.run('--init-saved-state', code=2)
    assert 'certificate verify failed' in ended.err
    assert workspace.cloud.requests == []


def test_a_certificate_for_another_host_is_refused(workspace: Workspace) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert('keystone.example.org').configure_cert(context)
    path = workspace.folder.parent / 'authority.pem'
    authority.cert_pem.write_to_path(str(path))
    with terminated(context, urlsplit(workspace.cloud._world.base).port or 0) as base:
        workspace.configure('identity', ca_certificates_file=str(path),
                            uri_v3=f'{base}/identity/v3')
        ended = workspace.run('--init-saved-state', code=2)
    assert '127.0.0.1' in ended.err
    assert workspace.cloud.requests == []


def test_nothing_is_checked_where_the_configuration_says_so(certified: Certified) -> None:
    """And the doctor says that this is so."""
    workspace = certified.workspace
    workspace.configure('identity', disable_ssl_certificate_validation='true')
    workspace.run('--init-saved-state', code=0)
    ended = workspace.run(command='cleanup doctor', code=0)
    assert 'disable_ssl_certificate_validation is set' in ended.out
