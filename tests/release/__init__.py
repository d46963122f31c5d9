"""A release: what its files hold, that they are the same bytes twice, and that azure-cli installs from them."""
