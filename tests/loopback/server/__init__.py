"""The whole of this Azure, over HTTP or without it, what goes wrong with it, and how ``az`` gets to it."""
