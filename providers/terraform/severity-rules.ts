import type { AttributePath } from '../../src/domain/record.js'
import type { SeverityRule } from '../../src/domain/severity-rule.js'

/** Types that decide who may do what, over the three large clouds. */
const IDENTITY_TYPES =
  /^(?:aws_iam_|aws_organizations_policy|aws_ssoadmin_|aws_kms_(?:key_policy|grant)|aws_lambda_permission|google_.*_iam_|google_service_account|azurerm_role_|azuread_|azurerm_user_assigned_identity|azurerm_key_vault_access_policy)/
/** Resource policies: who may use one thing. */
const POLICY_TYPES = /^aws_.*_policy$|^aws_.*_policy_attachment$/
const FIREWALL_TYPES =
  /^aws_(?:default_)?(?:security_group|network_acl)|^aws_vpc_security_group_|^aws_wafv?2?|^aws_networkfirewall_|^google_compute_(?:firewall|security_policy)|^azurerm_(?:network_security_|firewall|web_application_firewall_)/
const PUBLIC_ACCESS_TYPES =
  /public_access_block$|^aws_s3_bucket_acl$|^aws_s3_bucket_ownership_controls$|^google_storage_bucket_(?:acl|access_control)$/
const ENCRYPTION_TYPES =
  /encryption|^aws_kms_key$|^google_kms_|^azurerm_key_vault_key$|^aws_ebs_encryption_by_default$/

/** Attributes that decide who may do what. */
const IDENTITY_ATTRIBUTES =
  /^(?:policy|assume_role_policy|inline_policy|managed_policy_arns|permissions_boundary|access_policy|access_policies|iam_instance_profile|iam_policy|member|members|role_definition_id|service_account)$/
const FIREWALL_ATTRIBUTES =
  /^(?:ingress|egress|security_rule|source_ranges|vpc_security_group_ids|security_groups|security_group_ids|authorized_networks|ip_rules|network_rules|network_acls)$/
const PUBLIC_ATTRIBUTES =
  /^(?:publicly_accessible|public_access.*|public_network_access.*|associate_public_ip_address|map_public_ip_on_launch|block_public_.*|ignore_public_acls|restrict_public_buckets|acl|grant|allow_blob_public_access|allow_nested_items_to_be_public|endpoint_public_access)$/
const ENCRYPTION_ATTRIBUTES =
  /encrypt|^(?:kms_.*|.*_kms_key_(?:id|arn)|sse_.*|sqs_managed_sse_enabled|enable_key_rotation|is_enabled|min(?:imum)?_tls_version|ssl_policy|require_ssl)$/
const PROTECTION_ATTRIBUTES =
  /^(?:deletion_protection.*|deletion_protection_enabled|enable_deletion_protection|disable_api_termination|prevent_deletion|force_destroy|skip_final_snapshot|termination_protection|point_in_time_recovery|backup_retention_period|purge_protection_enabled|object_lock_enabled)$/
const LABEL_ATTRIBUTES =
  /^(?:tags|tags_all|labels|effective_labels|terraform_labels|annotations|effective_annotations|description|comment|display_name)$/

/**
 * How loud drift of Terraform is by default, first match wins (issue 2): replace or delete, identities, firewalls, public
 * access, encryption and protection from deletion are critical; tags and descriptions low; the rest medium.
 */
export const SEVERITY_RULES: readonly SeverityRule[] = [
  { kinds: ['deleted'], severity: 'critical', why: 'it is gone' },
  {
    kinds: ['changed', 'conflict', 'pending'],
    actions: ['replace', 'delete'],
    severity: 'critical',
    why: 'applying the code would destroy it',
  },
  { everyPath: named(LABEL_ATTRIBUTES), severity: 'low', why: 'only tags, labels or descriptions differ' },
  criticalType([IDENTITY_TYPES, POLICY_TYPES], 'it decides who may do what'),
  criticalType([FIREWALL_TYPES], 'it decides what the network lets through'),
  criticalType([PUBLIC_ACCESS_TYPES], 'it decides what is public'),
  criticalType([ENCRYPTION_TYPES], 'it decides how data is encrypted'),
  criticalAttribute(IDENTITY_ATTRIBUTES, 'an attribute differs that decides who may do what'),
  criticalAttribute(FIREWALL_ATTRIBUTES, 'an attribute differs that decides what the network lets through'),
  criticalAttribute(PUBLIC_ATTRIBUTES, 'an attribute differs that decides what is public'),
  criticalAttribute(ENCRYPTION_ATTRIBUTES, 'an attribute differs that decides how data is encrypted'),
  criticalAttribute(PROTECTION_ATTRIBUTES, 'an attribute differs that protects from deletion and loss'),
]

function criticalType(patterns: readonly RegExp[], why: string): SeverityRule {
  return {
    kinds: ['changed', 'conflict', 'unmanaged', 'pending'],
    resourceType: (type) => patterns.some((pattern) => pattern.test(type)),
    severity: 'critical',
    why,
  }
}

function criticalAttribute(pattern: RegExp, why: string): SeverityRule {
  return { anyPath: named(pattern), severity: 'critical', why }
}

/** True for a path whose attribute, or the innermost one it is in, has such a name; a tag may be called anything. */
function named(pattern: RegExp): (path: AttributePath) => boolean {
  return (path) => {
    if (LABEL_ATTRIBUTES.test(String(path[0]))) return pattern.test(String(path[0]))
    return path.some((name) => typeof name === 'string' && pattern.test(name))
  }
}
