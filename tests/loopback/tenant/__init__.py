"""Who and what there is: subscriptions and groups, the applications and identities of the directory."""
