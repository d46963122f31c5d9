"""Routes of a running cluster: those that nodes lack, that are left over, or that lead elsewhere. [R11 R12 R13 R14]"""

from azext_kubenet.checks.running.running_check import RunningCheck

CHECKS: tuple[RunningCheck, ...] = ()
