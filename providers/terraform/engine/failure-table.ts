import type { ErrorCode } from '../../../src/domain/errors.js'
import type { Diagnostic } from './diagnostics.js'

/** One kind of failure, known by Terraform's own words. */
interface FailureRule {
  readonly code: ErrorCode
  /** Tested against the summary and the detail, joined by a newline. */
  readonly words: RegExp
}

/**
 * The one place where words that Terraform means for people are read: its errors have no codes. First match wins.
 * Seen on Terraform 1.11.4 with the AWS provider 5.100.0 unless said otherwise. A text that changes in a later
 * version costs a precise code, never a verdict: what matches nothing is PLAN_FAILED or INIT_FAILED.
 */
const RULES: readonly FailureRule[] = [
  { code: 'DISK_FULL', words: /no space left on device|disk quota exceeded/i },
  { code: 'STATE_LOCKED', words: /Error acquiring the state lock|state is already locked/i },
  { code: 'NO_CONFIGURATION', words: /^No configuration files/ },
  { code: 'ENGINE_TOO_OLD', words: /^Unsupported (Terraform|OpenTofu) Core version/ },
  {
    code: 'STATE_TOO_NEW',
    words:
      // the second is Terraform 1.11's for a resource, the third that of 0.13 to 1.0 (from their source)
      /format version \d+, which is not supported|managed by newer provider version|state snapshot was created by (Terraform|OpenTofu) v/i,
  },
  { code: 'WORKSPACE_NOT_FOUND', words: /^Workspace "[^"]*" doesn't exist/ },
  {
    code: 'LOCKFILE_MISMATCH',
    words:
      /does not match configured version constraint|any of the checksums|^Provider dependency changes detected|^Inconsistent dependency lock file/,
  },
  {
    code: 'CREDENTIALS_MISSING',
    words:
      // the last three are those of the Google and Azure providers, from their source
      /No valid credential sources found|InvalidClientTokenId|ExpiredToken|UnrecognizedClientException|failed to get shared config profile|could not find default credentials|unable to build authorizer|az login/i,
  },
  {
    // also the reason behind "exceeded maximum number of attempts", a failed refresh of the state, a failed install
    code: 'THROTTLED',
    words:
      // codes that AWS's SDK retries as throttling, reasons of Google's and Azure's APIs, and HTTP 429 as these and the
      // registry client write it (aws-sdk-go-v2, retry; hashicorp/terraform-provider-aws#5171, -azurerm#25417, #31893)
      /throttl(ing|ed)(Exception)?\b|TooManyRequests|429 Too Many Requests|RequestLimitExceeded|BandwidthLimitExceeded|ProvisionedThroughputExceeded|PriorRequestNotComplete|\bSlowDown\b|rateLimitExceeded|RATE_LIMIT_EXCEEDED|\b(Error|status|status ?code)[:= ] ?429\b/i,
  },
  {
    code: 'BACKEND_UNREACHABLE',
    words:
      /^(Error refreshing state|error loading state|Error loading state|Failed to load state|Failed to get existing workspaces|Error inspecting states)|S3 bucket .* does not exist|Failed to request discovery document/i,
  },
  {
    code: 'PROVIDER_NOT_INSTALLABLE',
    words:
      /^Failed to (query available provider packages|install provider|resolve provider packages)|^Invalid provider registry host|^Unsatisfied provider/,
  },
  {
    code: 'PROVIDER_CRASHED',
    words:
      // a provider that dies is one of three to Terraform, by what it notices first: the connection that broke, its end,
      // which cancels what it was asked, or an answer cut in the middle (internal/plugin/grpc_error.go)
      /Plugin did not respond|The plugin\.\(\*GRPCProvider\)\.\w+ request was cancelled|^Plugin error\n[\s\S]*\b(EOF|transport|connection|stream)\b|plugin crashed|rpc error: code = Unavailable|Unrecognized remote plugin message|^Failed to (load plugin schemas|instantiate provider)/i,
  },
  {
    code: 'ENDPOINT_UNREACHABLE',
    words:
      /exceeded maximum number of attempts|connection refused|no such host|network is unreachable|i\/o timeout|TLS handshake|context deadline exceeded/i,
  },
  { code: 'CONFIGURATION_INVALID', words: /^(Failed to read variables file|Unreadable module directory)/ },
  { code: 'PERMISSION_DENIED', words: /^[^\n]*\n?.*(: permission denied|read-only file system)/ },
]

/** Summaries of errors that an `init` mends: the data folder is not what the code needs now. */
const INIT_NEEDED =
  /^(Inconsistent dependency lock file|Required plugins are not installed|Missing required provider|Module (not installed|source has changed|version requirements have changed)|Backend initialization required|Initialization required|Backend configuration changed|Backend type changed)/

/** Summaries of a condition of the code that fails (facts/terraform.md, correction e). */
const CONDITION_FAILED = /(precondition|postcondition) failed$/

/** The code of a failed command: that of the first error that the table knows, else null. */
export function classifyFailure(diagnostics: readonly Diagnostic[]): {
  readonly code: ErrorCode | null
  readonly cause: Diagnostic | null
} {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  for (const rule of RULES) {
    const cause = errors.find((error) => rule.words.test(`${error.summary}\n${error.detail}`))
    if (cause) return { code: rule.code, cause }
  }
  const misplaced = errors.find((error) => isConfigurationError(error))
  return misplaced
    ? { code: 'CONFIGURATION_INVALID', cause: misplaced }
    : { code: null, cause: errors[0] ?? null }
}

/** True where `init` should be run once and the command again. */
export function isInitNeeded(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(
    (diagnostic) => diagnostic.severity === 'error' && INIT_NEEDED.test(diagnostic.summary),
  )
}

/** True where the plan stopped for nothing but conditions of the code that fail: that is a verdict. */
export function isConditionFailure(diagnostics: readonly Diagnostic[]): boolean {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error')
  return errors.length > 0 && errors.every((error) => CONDITION_FAILED.test(error.summary))
}

/** An error with a place in the code and no resource or provider behind it comes from reading the code. */
function isConfigurationError(error: Diagnostic): boolean {
  return error.line !== null && error.address === null && !/^Failed to download module/.test(error.summary)
}
