"""``tempest cleanup doctor``: will a run see and do all that it should? Nothing but reads.

A check is a function of what was examined, and tells an area: one line, and what is wrong. To
add one is to write it, and to name it in :data:`tempest_cleanup.doctor.checks.CHECKS`.
"""
