/** architecture.md, Rooms: contracts live beside their user, hold interfaces only and import the domain only. */
export const CONTRACTS: readonly string[] = [
  'src/scan/provider.ts',
  'src/git/history.ts',
  'src/store/store.ts',
  'src/store/drift-store.ts',
  'src/store/schedule-store.ts',
  'src/store/retention-store.ts',
  'src/alert/alert-store.ts',
  'src/remediate/ledger.ts',
  'src/schedule/queue.ts',
  'src/alert/channel.ts',
  'src/alert/alert-dispatcher.ts',
  'src/remediate/remediator.ts',
  'src/forge/forge.ts',
  'src/forge/request-branches.ts',
]

/** The two commands that are about one engine each name their provider. */
export const NAMES_A_PROVIDER: readonly (string | RegExp)[] = [
  'src/app.ts',
  /^src\/cli\/(terradiff|ansiblediff)/,
]

/** What a room may import beside itself, the domain, the contracts and (all but the domain) lib. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/lib': [],
  'src/config': [],
  'src/git': [],
  'src/store': [],
  'src/schedule': [],
  'src/scan': [],
  // a webhook's body is one of the documents
  'src/alert': ['src/documents'],
  'src/remediate': [],
  'src/forge': [],
  'src/engine-host': [],
  'src/app.ts': [
    'src/compose',
    'src/config',
    'src/alert',
    'src/engine-host',
    'src/forge',
    'src/scan',
    'src/store',
    'providers',
  ],
  // what app.ts connects, in parts: the only room that knows flows and implementations alike
  'src/compose': [
    'src/config',
    'src/git',
    'src/store',
    'src/schedule',
    'src/scan',
    'src/alert',
    'src/remediate',
    'src/forge',
    'src/engine-host',
    'src/daemon',
    'src/documents',
    'src/server',
  ],
  'src/documents': [],
  'src/daemon': ['src/documents', 'src/server', 'src/schedule', 'src/scan', 'src/alert', 'src/remediate'],
  'src/server': ['src/documents'],
  'src/cli': [
    'src/app.ts',
    'src/compose',
    'src/engine-host',
    'src/documents',
    'src/server',
    'src/config',
    'src/git',
    'src/store',
    'src/schedule',
    'src/scan',
    'src/alert',
    'src/remediate',
    'src/forge',
  ],
}
