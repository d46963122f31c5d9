"""Who may do what: role definitions and role assignments."""
