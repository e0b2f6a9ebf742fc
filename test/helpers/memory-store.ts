import type { ScanResult, Store } from '../../src/store/store.js'

/** A store that only remembers which scans were saved, in `saved`. */
export function memoryStore(saved: ScanResult[], overrides: Partial<Store> = {}): Store {
  return {
    saveScan: async (result) => void saved.push(result),
    stackStates: async (names) => names.map((stack) => ({ stack, lastScan: null, lastGoodScanAt: null })),
    baseline: async () => 'the baseline',
    stackSummaries: async (names) => names.map(() => null),
    findRecords: async () => [],
    saveKnownStacks: async () => undefined,
    knownStacks: async () => [],
    keyId: async () => null,
    saveKeyId: async () => undefined,
    close: async () => undefined,
    ...overrides,
  }
}
