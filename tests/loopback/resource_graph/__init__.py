"""Azure Resource Graph: the query language, and the rows that it is asked for."""
