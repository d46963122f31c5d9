"""The core: address ranges, the rules they keep, and the sizes they support.

Standard library and netaddr only; no Azure, no input or output, no clock.
"""
