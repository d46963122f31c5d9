"""What was typed, on its way from text to values; no look at Azure."""
