"""What every kind of resource stands on: calls and answers, ids, the store, operations, errors, the ledger."""
