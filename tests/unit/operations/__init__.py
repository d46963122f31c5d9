"""The stories of the commands, a chapter at a time."""
