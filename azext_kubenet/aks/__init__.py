"""`az aks create`, borrowed."""
