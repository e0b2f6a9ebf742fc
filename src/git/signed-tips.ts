import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../lib/replace-file.js'
import type { Mirror } from './mirror.js'
import { refKey } from './ref-key.js'
import { loadSignatureRules, type SignatureContext, type SignatureRules } from './signature-rules.js'

const goodSchema = z.object({ commit: z.string(), rulesId: z.string() })
type Good = z.output<typeof goodSchema>

/** What was found at a ref. */
export interface FetchedTip {
  /** The newest commit. */
  readonly tip: string
  /** What is scanned: the tip, or the last one that was signed as required; null where none ever was. */
  readonly commit: string | null
  /** Why the tip is not what is scanned, in words that follow "commit X". */
  readonly problem: string | null
}

/**
 * Tells which commit counts where only signed ones do. The tip must be signed: the signature covers its files and, by
 * their ids, all commits before it, so whoever signs it answers for them. Called by the holder of the repository's lock.
 */
export class SignedTips {
  readonly #context: SignatureContext
  readonly #mirror: Mirror
  readonly #name: string

  constructor(context: SignatureContext, mirror: Mirror, ref: string | null) {
    this.#context = context
    this.#mirror = mirror
    this.#name = refKey(ref)
  }

  /** Judges a tip that the mirror has. A good one is kept there until the next one. Throws SIGNERS_UNUSABLE. */
  async judge(tip: string): Promise<FetchedTip> {
    const rules = await loadSignatureRules(this.#context)
    const last = await this.#readGood()
    if (last?.commit === tip && last.rulesId === rules.id) return { tip, commit: tip, problem: null }
    const problem = await rules.problemOf(tip)
    if (problem !== null) return { tip, commit: await this.#stillGood(last, rules), problem }
    await this.#writeGood(tip, rules)
    return { tip, commit: tip, problem: null }
  }

  /** The last good commit by the signers of now, or null. Throws SIGNERS_UNUSABLE. */
  async lastGood(): Promise<string | null> {
    return this.#stillGood(await this.#readGood(), await loadSignatureRules(this.#context))
  }

  /** A key that was taken out of the signers takes its commits with it. */
  async #stillGood(last: Good | null, rules: SignatureRules): Promise<string | null> {
    if (last === null || !(await this.#mirror.has(last.commit))) return null
    if (last.rulesId === rules.id) return last.commit
    if ((await rules.problemOf(last.commit)) !== null) return null
    await this.#writeGood(last.commit, rules)
    return last.commit
  }

  async #writeGood(commit: string, rules: SignatureRules): Promise<void> {
    await this.#mirror.keep(this.#name, commit)
    await replaceFile(this.#file, JSON.stringify({ commit, rulesId: rules.id }))
  }

  async #readGood(): Promise<Good | null> {
    try {
      return goodSchema.parse(JSON.parse(await readFile(this.#file, 'utf8')))
    } catch {
      return null
    }
  }

  get #file(): string {
    return join(this.#context.folder, `signed-${this.#name}.json`)
  }
}
