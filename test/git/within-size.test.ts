import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withinSize } from '../../src/git/within-size.js'
import { tempFolder } from '../lib/temp-folder.js'

/** Waits until it is told to end, as Git does that is still receiving. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

describe('what may grow to a size', () => {
  it('is ended in the middle once it is larger', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'tmp_pack_x'), 'x'.repeat(11))
    const run = withinSize({ folder, maxBytes: 10, signal: undefined }, untilAborted)
    await expect(run).rejects.toMatchObject({ code: 'CHECKOUT_FAILED' })
  })

  it('is told at its end where it was too quick to be seen', async () => {
    const folder = tempFolder()
    const write = async () => writeFileSync(join(folder, 'pack'), 'x'.repeat(11))
    await expect(withinSize({ folder, maxBytes: 10, signal: undefined }, write)).rejects.toThrow(
      'larger than',
    )
    expect(await withinSize({ folder, maxBytes: 11, signal: undefined }, async () => 'done')).toBe('done')
  })

  it('is still ended by its caller, and may fill a folder that is not there yet', async () => {
    const controller = new AbortController()
    const folder = join(tempFolder(), 'missing')
    const run = withinSize({ folder, maxBytes: 10, signal: controller.signal }, untilAborted)
    controller.abort(new Error('stop'))
    await expect(run).rejects.toThrow('stop')
  })
})
