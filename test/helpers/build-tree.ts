import type { Tree } from '../../src/scan/provider.js'

/** A tree of these files, by path relative to its root. */
export function buildTree(files: Readonly<Record<string, string>>): Tree {
  return { files: Object.keys(files).sort(), readText: async (file) => files[file] ?? null }
}
