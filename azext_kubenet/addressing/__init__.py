"""The core: address ranges, the rules they keep, and the sizes they carry.

Standard library and netaddr only; no Azure, no input or output, no clock.
"""
