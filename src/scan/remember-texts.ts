import type { Tree } from './provider.js'

/** The same tree, each file of which is read once: modules and roles are read by many stacks, and more than once for each. */
export function rememberTexts(tree: Tree): Tree {
  const texts = new Map<string, Promise<string | null>>()
  return {
    ...tree,
    readText(file) {
      const text = texts.get(file) ?? tree.readText(file)
      texts.set(file, text)
      return text
    },
  }
}
