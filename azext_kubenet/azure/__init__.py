"""Azure Resource Manager and Microsoft Graph, and nothing of kubenet."""
