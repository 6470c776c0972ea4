"""Every file that the command reads, under a fuzzer: only our own errors come out.

::

    tox -e fuzz                                # ten minutes each
    tox -e fuzz -- --seconds 60 accounts       # one of them, for a minute

A new target is one function in ``targets.py`` and one line in ``TARGETS`` there.
"""
