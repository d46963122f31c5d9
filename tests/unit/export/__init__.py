"""Plans handed over: each format is read by what reads it, as far as that can be had."""
