"""The steps of a change, their runner, and what is said when one fails."""
