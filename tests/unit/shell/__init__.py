"""The shell around the core, piece by piece: options in, plans in and out, names, steps, errors."""
