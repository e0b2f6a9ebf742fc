/**
 * Resource types that hold what no plan brings back: data, keys, identities, addresses that others know. Deleting or
 * replacing one needs the explicit word of the request (docs/security.md). By name, so that new types of a family are in.
 */
const STATEFUL: readonly RegExp[] = [
  // databases, caches, search, warehouses, queues and streams
  /^_(?:db|rds|docdb|neptune|redshift|memorydb|elasticache|opensearch|elasticsearch|keyspaces|timestream)[a-z]*(?:_|$)/,
  /^_(?:dynamodb|sql|mysql|mariadb|postgresql|mssql|cosmosdb|redis|bigtable|bigquery|spanner|firestore|mongodb)[a-z]*(?:_|$)/,
  /^_(?:database|dataset|table|global_cluster)(?:_instance|_cluster)?$/,
  /_(?:sqs_queue|kinesis_stream|msk_cluster|eventhub|pubsub_topic|servicebus_queue)$/,
  // objects, files, disks, backups, logs, registries
  /_(?:s3_bucket|storage_bucket|storage_account|storage_container|storage_blob|glacier_vault)(?:_object)?$/,
  /_(?:ebs_volume|ebs_snapshot|disk|managed_disk|volume|snapshot|persistent_disk|block_volume)$/,
  /_(?:efs|fsx|filestore|backup|recovery)[a-z_]*$/,
  /_(?:cloudwatch_log_group|logging_project_bucket|ecr_repository|container_registry|artifact_registry_repository|codecommit_repository)$/,
  // keys, secrets, identities, zones, addresses
  /_(?:kms_key|kms_crypto_key|kms_key_ring|key_vault|key_vault_key|key_vault_secret|secretsmanager_secret|secret_manager_secret|ssm_parameter)$/,
  /_(?:cognito_user_pool|iam_user|iam_access_key|acm_certificate|acmpca_certificate_authority|private_key)$/,
  /_(?:route53_zone|dns_zone|dns_managed_zone|eip|public_ip|compute_address|organizations_account)$/,
  /^_project$/,
  // where programs and their data run
  /^_(?:instance|virtual_machine|linux_virtual_machine|windows_virtual_machine|compute_instance|server|droplet)$/,
  /_(?:eks_cluster|ecs_cluster|container_cluster|kubernetes_cluster|stateful_set|persistent_volume_claim)$/,
  /^_namespace$/,
]

/** True for a type whose loss cannot be undone by applying the code again. */
export function isStateful(resourceType: string): boolean {
  return STATEFUL.some((pattern) => pattern.test(`_${resourceType.replace(/^[a-z0-9]+_/, '')}`))
}
