import type { StdoutUse } from '../lib/run-command.js'

/**
 * Standard output as fields that end in NUL, each handed to `onField` as text (what is no UTF-8 as U+FFFD, as the names
 * in a `Tree`). What `onField` throws ends the program.
 */
export function nulFields(onField: (field: string) => void): StdoutUse {
  return {
    kind: 'stream',
    async consume(stdout) {
      let rest: Buffer = Buffer.alloc(0)
      for await (const chunk of stdout) {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        for (let end = rest.indexOf(0); end !== -1; end = rest.indexOf(0)) {
          onField(rest.toString('utf8', 0, end))
          rest = rest.subarray(end + 1)
        }
        if (rest.length > MAX_FIELD_BYTES) throw new RangeError('a field of Git is too long')
      }
    },
  }
}

/** Far longer than any path (PATH_MAX is 4096) or name. */
const MAX_FIELD_BYTES = 1024 * 1024
