import { readFileSync } from 'node:fs'

/** The version in the package's package.json. */
export function readVersion(): string {
  // from dist/src/cli of the package, and from src/cli of a checkout that tsx runs
  for (const up of ['../../../package.json', '../../package.json']) {
    const version = versionIn(new URL(up, import.meta.url))
    if (version !== null) return version
  }
  return 'unknown'
}

function versionIn(file: URL): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    return name === 'driftd' && typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
