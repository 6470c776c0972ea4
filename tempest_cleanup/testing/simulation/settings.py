"""What can be chosen about a simulated cloud."""

from dataclasses import dataclass


@dataclass
class Settings:
    """How the cloud behaves; all times are in seconds of its clock."""

    latency: float = 0.0
    token_lifetime: float = 3600.0
    page_limit: int = 1000
    """The most that Nova, Cinder and Glance put on one page."""
    image_page: int = 25
    """How many images Glance lists when it is not told."""
    identity_list_limit: int = 0
    """Keystone cuts longer lists and says so; 0 is no limit."""
    domain_drivers: bool = False
    """Whether each domain may have an identity backend of its own: a listing of users or groups
    that names no domain then shows that of the token's project."""
    stacks_of_all_projects: bool = True
    """Whether Heat takes an admin for one of its own, who sees every stack; where Keystone
    names an admin project, an admin of another one sees that project's only."""
    soft_delete: bool = False
    """Whether Nova keeps deleted servers for a while: its reclaim_instance_interval."""
    build_time: float = 0.0
    server_delete_time: float = 0.0
    volume_delete_time: float = 0.0
    stack_delete_time: float = 0.0
    admin_username: str = 'admin'
    admin_password: str = 'secret'
    admin_project: str = 'admin'
    region: str = 'RegionOne'
