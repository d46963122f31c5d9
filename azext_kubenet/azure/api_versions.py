"""The version of every API that is called, or named in an exported file, by the kind of resource.

Those that azure-cli 2.91.0 sends; of clusters that are created, one that real answers are on record of, of those that
run, the newest, which alone shows machines one by one [R3 R6], and in files the one whose schema says what a pool may
be called. [P]
"""

GROUP_API = "2024-11-01"
PROVIDER_API = "2024-11-01"
REGIONS_API = "2022-12-01"
VNET_API = "2025-07-01"
VNET_USAGES_API = "2024-05-01"
SUBNET_API = "2024-07-01"
TABLE_API = "2025-07-01"
NSG_API = "2022-01-01"
NAT_GATEWAY_API = "2025-07-01"
GATEWAY_API = "2025-01-01"
EFFECTIVE_CONNECTIVITY_API = "2024-05-01"
CONNECTIONS_API = "2022-01-01"
LOCAL_GATEWAY_API = "2021-08-01"
PRIVATE_DNS_API = "2024-06-01"
IDENTITY_API = "2024-11-30"
ROLE_API = "2022-04-01"
PERMISSIONS_API = "2022-04-01"
LOCKS_API = "2016-09-01"
POLICY_API = "2023-04-01"
EXEMPTIONS_API = "2022-07-01-preview"
VM_SIZES_API = "2019-04-01"
COMPUTE_USAGES_API = "2024-11-01"
CLUSTER_API = "2024-07-01"
RUNNING_CLUSTER_API = "2026-06-01"
CLUSTER_FILE_API = "2026-05-01"
DEPLOYMENT_FILE_API = "2022-09-01"
RESOURCE_GRAPH_API = "2022-10-01"
