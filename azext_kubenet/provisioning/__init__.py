"""The shell: what `az kubenet create` reads from Azure and does to it."""
