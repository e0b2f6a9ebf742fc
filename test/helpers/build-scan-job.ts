import { systemClock } from '../../src/lib/clock.js'
import type { Detection, DetectRequest } from '../../src/scan/provider.js'
import { scanFoldersIn } from '../../src/scan/scan-folders.js'
import type { ScanJob, ScanTools } from '../../src/scan/scan-job.js'
import { buildFollowing, fakeProvider } from './fake-provider.js'

/** Tools that keep everything below a folder and admit every scan at once; takes only what differs. */
export function buildScanTools(
  folder: string,
  overrides: Partial<ScanTools> & Pick<ScanTools, 'store'>,
): ScanTools {
  return {
    clock: systemClock,
    admission: { admit: async () => ({ release: () => undefined }) },
    folders: scanFoldersIn(folder),
    key: Buffer.alloc(32),
    severityRules: [],
    journal: null,
    newId: () => '01J00000000000000000000000',
    onEvent: () => undefined,
    ...overrides,
  }
}

/** A scan of `prod/network` at the commit c0ffee, with what the test hands in as its detection. */
export function buildScanJob(
  root: string,
  detect: (request: DetectRequest) => Promise<Detection>,
  overrides: Partial<ScanJob> = {},
): ScanJob {
  return {
    stack: {
      name: 'prod/network',
      provider: 'fake',
      repository: 'infra',
      path: '.',
      labels: {},
      timeoutMs: 60_000,
      minCoverage: 0.6,
      options: {},
    },
    provider: fakeProvider(detect),
    openCheckout: async () => ({ root, commit: 'c0ffee', mode: 'worktree' }),
    engineEnvironment: async () => ({ env: { A: 'b' }, secrets: ['hunter22'], warnings: [] }),
    signal: new AbortController().signal,
    following: buildFollowing(),
    ...overrides,
  }
}
