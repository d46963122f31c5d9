"""The commands as a user runs them: the real `az` as a process, logged out or against the loopback Azure."""
