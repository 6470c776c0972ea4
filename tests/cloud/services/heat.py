"""Heat: stacks."""

from collections.abc import Sequence

from tests.cloud import config, process
from tests.cloud.ini import Options
from tests.cloud.paths import PASSWORD
from tests.cloud.process import Process
from tests.cloud.services.base import Endpoint
from tests.cloud.services.openstack import OpenStackService


class Heat(OpenStackService):
    """The orchestration API, its CloudFormation twin, and the engine."""

    name = 'heat'
    packages = ('openstack-heat',)
    databases = ('heat',)
    endpoints = (
        Endpoint('heat', 'orchestration', 'heat-api', '/v1/%(project_id)s'),
        Endpoint('heat-cfn', 'cloudformation', 'heat-api-cfn', '/v1'),
    )

    def configure(self) -> None:
        """heat.conf."""
        cloud = self.cloud
        project = ('project_name', 'project_domain_name')
        # Heat logs in as the trustee without a project: the trust names it.
        trustee = {k: v for k, v in config.auth(cloud, 'heat').items() if k not in project}
        paste = cloud.venv / 'etc' / 'heat' / 'api-paste.ini'
        sections = self._default() | {
            'database': config.database(cloud, 'heat', 'pymysql'),
            'keystone_authtoken': config.token(cloud, 'heat'),
            'trustee': trustee,
            'clients_keystone': {'auth_uri': cloud.url('keystone')},
            'ec2authtoken': {'auth_uri': cloud.auth_url},
            'paste_deploy': {'api_paste_config': paste},
            'yaql': {'memory_quota': 100000, 'limit_iterators': 10000},
        }
        config.save(cloud, 'heat', 'heat.conf', sections)

    def _default(self) -> Options:
        cloud, etc = self.cloud, self.cloud.venv / 'etc' / 'heat'
        return config.common(
            cloud,
            'heat',
            heat_metadata_server_url=cloud.url('heat-api-cfn'),
            heat_waitcondition_server_url=cloud.url('heat-api-cfn', '/v1/waitcondition'),
            stack_user_domain_name='heat',
            stack_domain_admin='heat_domain_admin',
            stack_domain_admin_password=PASSWORD,
            num_engine_workers=1,
            host='test',
            environment_dir=str(etc / 'environment.d'),
            template_dir=str(etc / 'templates'),
            max_stacks_per_tenant=512,
            auth_encryption_key='0123456789abcdef0123456789abcdef',
            convergence_engine=True,
            periodic_interval=60,
        )

    def sync(self) -> None:
        """Tables."""
        files = config.files(self.cloud, 'heat')
        process.run(self.cloud, *self.program('heat-manage', *files, 'db_sync'))

    def processes(self) -> Sequence[Process]:
        """Both APIs and the engine."""
        files = config.files(self.cloud, 'heat')
        return [
            self.api('heat-api', 'heat.wsgi.api', *files),
            self.api('heat-api-cfn', 'heat.wsgi.cfn', *files, threads=2),
            Process('heat-engine', self.program('heat-engine', *files)),
        ]
