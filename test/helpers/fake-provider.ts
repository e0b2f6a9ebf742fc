import type { Detection, DetectRequest, Provider } from '../../src/scan/provider.js'
import type { Following } from '../../src/scan/scan-job.js'

/** A detection of a stack in sync; takes only what differs. */
export function buildDetection(overrides: Partial<Detection> = {}): Detection {
  return {
    findings: [],
    coverage: { verified: 3, applicable: 3, unverified: [], executed: [] },
    coverageRatio: 1,
    isPartial: false,
    warnings: [],
    nextBaseline: null,
    ...overrides,
  }
}

/** A stack that opens drift at once and has no rules; takes only what differs. */
export function buildFollowing(overrides: Partial<Following> = {}): Following {
  return { confirm: 1, firstScan: 'alert', rules: [], codeDigest: async () => null, ...overrides }
}

/** A provider whose detection is what the test hands in. */
export function fakeProvider(detect: (request: DetectRequest) => Promise<Detection>): Provider {
  return {
    name: 'fake',
    optionsShape: {},
    severityRules: [],
    weight: async () => 'light',
    discover: async () => [],
    inputs: async () => [],
    detect,
  }
}
