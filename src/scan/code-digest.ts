import { canonicalJson, keyedHash } from '../domain/fingerprint.js'
import type { Stack } from '../domain/stack.js'
import { listInputFiles } from './list-input-files.js'
import type { Provider, Tree } from './provider.js'
import { rememberTexts } from './remember-texts.js'

/** What a digest is made of. */
export interface CodeDigestRequest {
  readonly provider: Provider
  readonly stack: Stack
  readonly tree: Tree
  /** Files of code may hold values that nobody may find by trying. */
  readonly key: Buffer
}

/**
 * `hmac:<hex>` over every file that the stack depends on: equal where nobody changed its code, however many commits lie
 * between. Null where the files cannot be told. Of a file that is no text only the name counts.
 */
export async function codeDigest({
  provider,
  stack,
  key,
  ...request
}: CodeDigestRequest): Promise<string | null> {
  try {
    // what the list of files was made from is what counts in the digest
    const tree = rememberTexts(request.tree)
    const files = await listInputFiles(provider, stack, tree)
    const hashes: (readonly [string, string | null])[] = []
    for (const file of files) {
      const text = await tree.readText(file)
      hashes.push([file, text === null ? null : keyedHash(key, text)])
    }
    return hashes.length === 0 ? null : `hmac:${keyedHash(key, canonicalJson(hashes))}`
  } catch {
    return null
  }
}
