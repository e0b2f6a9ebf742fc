import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../../../providers/terraform/engine/diagnostics.js'
import { classifyFailure } from '../../../../providers/terraform/engine/failure-table.js'

function codeOf(summary: string, detail = ''): string | null {
  const diagnostic: Diagnostic = {
    severity: 'error',
    summary,
    detail,
    address: null,
    file: null,
    line: null,
  }
  return classifyFailure([diagnostic]).code
}

describe('classifyFailure', () => {
  it.each([
    // AWS, after the attempts of its SDK; of old SDKs; of the S3 backend
    'reading EC2 VPCs: operation error EC2: DescribeVpcs, exceeded maximum number of attempts, 25, https response error StatusCode: 503, RequestID: 1, api error RequestLimitExceeded: Request limit exceeded.',
    'reading Route 53: operation error Route 53: ListTagsForResource, https response error StatusCode: 400, RequestID: 1, Throttling: Rate exceeded',
    'operation error SSM: GetParameter, exceeded maximum number of attempts, 3, https response error StatusCode: 400, api error ThrottlingException: Rate exceeded',
    'error loading state: operation error S3: GetObject, https response error StatusCode: 503, api error SlowDown: Please reduce your request rate.',
    // Azure
    'retrieving Subnet: unexpected status 429 (429 Too Many Requests) with error: RetryableError: A retryable error occurred.',
    'Failure sending request: StatusCode=429 -- Original Error: context deadline exceeded',
    'RESPONSE 429: 429 Too Many Requests ERROR CODE: ResourceRequestsThrottled',
    // Google
    "googleapi: Error 429: Quota exceeded for quota metric 'Read requests', rateLimitExceeded",
  ])('knows throttling: %s', (detail) => {
    expect(codeOf('Error: it failed', detail)).toBe('THROTTLED')
  })

  it('knows throttling behind a failed refresh and a failed install', () => {
    expect(codeOf('Error refreshing state', 'StatusCode: 503, api error SlowDown: reduce your rate')).toBe(
      'THROTTLED',
    )
    expect(codeOf('Failed to query available provider packages', '429 Too Many Requests')).toBe('THROTTLED')
  })

  it.each([
    ['ENDPOINT_UNREACHABLE', 'exceeded maximum number of attempts, 9, dial tcp: connection refused'],
    ['CREDENTIALS_MISSING', 'StatusCode: 403, api error ExpiredToken: The provided token has expired'],
    ['BACKEND_UNREACHABLE', 'S3 bucket "rate-429" does not exist'],
  ])('does not take for throttling what is %s', (code, detail) => {
    expect(codeOf('Error: it failed', detail)).toBe(code)
  })
})
