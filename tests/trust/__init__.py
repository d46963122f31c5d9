"""What a run leaves behind when something goes wrong: killed, interrupted, refused, cut off, or given hostile input.

`make trust` runs all of it and prints what was tried. Runs are real processes: children that a process forks which has
azure-cli loaded already (tests.support.warm_az), so that a run costs a third of a second, and a SIGKILL is a SIGKILL.
"""
