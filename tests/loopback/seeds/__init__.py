"""What a server can hold from the start: bodies as a client sends them, one network's surroundings, a whole estate."""
