"""Route tables of a running cluster: each subnet of its nodes has the one that its routes are in. [R16 R17 R37]"""

from azext_kubenet.checks.running.running_check import RunningCheck

CHECKS: tuple[RunningCheck, ...] = ()
