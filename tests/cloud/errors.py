"""What can go wrong, each with the exit code of the command.

CloudError        1  something did not work
├── UsageError    2  the command line or the environment asks for what cannot be
└── MachineError  3  not root, no apt, ...
"""


class CloudError(Exception):
    """What went wrong, on what, and what to do."""

    exit_code = 1


class UsageError(CloudError):
    """The command line or the environment asks for what cannot be."""

    exit_code = 2


class MachineError(CloudError):
    """This machine cannot run the cloud as it is."""

    exit_code = 3
