"""A proxy in front of any HTTP service that does harm: to the services, to answers, to itself.

::

    with FaultyProxy('http://127.0.0.1:5000/v3', Dice(seed=7)) as proxy:
        ...                    # work with proxy.url instead
        proxy.calm()           # from here on it only passes on
        print(proxy.done)      # what it did, for who looks for the cause

Where Keystone hands out a token, each address in the catalog becomes one of the proxy's own, so
that whoever logs in through it goes through it with all that follows.
"""
from tests.faulty_proxy.faults import Dice, Fault, Harm
from tests.faulty_proxy.proxy import Done, FaultyProxy

__all__ = ['Dice', 'Done', 'Fault', 'FaultyProxy', 'Harm']
