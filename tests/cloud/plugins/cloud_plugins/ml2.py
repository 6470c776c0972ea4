"""ML2 mechanism driver that binds every port, on any host, and calls it ACTIVE."""

# mypy: ignore-errors
# (The services' packages are not where the project's code is checked.)

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api


class AnyHostDriver(api.MechanismDriver):
    """Binds to the first segment there is."""

    def initialize(self):
        """Nothing to set up."""

    @property
    def connectivity(self):
        """Layer 2, as real drivers say."""
        return portbindings.CONNECTIVITY_L2

    def bind_port(self, context):
        """Bind, and be content."""
        segment = context.segments_to_bind[0]
        context.set_binding(
            segment[api.ID],
            portbindings.VIF_TYPE_OVS,
            {
                portbindings.CAP_PORT_FILTER: True,
                portbindings.VIF_DETAILS_CONNECTIVITY: self.connectivity,
            },
            status=constants.PORT_STATUS_ACTIVE,
        )
