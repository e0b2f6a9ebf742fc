const NEWLINE = 0x0a

/** Cuts a stream of bytes into lines (without `\n` or `\r\n`), holding at most one line in memory. */
export class LineSplitter {
  #held: Buffer[] = []
  #heldBytes = 0
  #isOverlong = false
  readonly #maxLineBytes: number
  readonly #onLine: (line: string, isCut: boolean) => void

  /** `onLine` gets each line as text (invalid UTF-8 replaced); a line over `maxLineBytes` comes cut, `isCut` true. */
  constructor(maxLineBytes: number, onLine: (line: string, isCut: boolean) => void) {
    this.#maxLineBytes = maxLineBytes
    this.#onLine = onLine
  }

  /** Takes the next bytes. */
  write(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end))
      this.#emit()
      start = end + 1
    }
    this.#hold(chunk.subarray(start))
  }

  /** Emits what stands after the last newline. True where there was such an unfinished line. */
  end(): boolean {
    const isUnfinished = this.#heldBytes > 0
    if (isUnfinished) this.#emit()
    return isUnfinished
  }

  #hold(part: Buffer): void {
    const room = this.#maxLineBytes - this.#heldBytes
    if (part.length > room) this.#isOverlong = true
    const kept = part.subarray(0, Math.max(0, room))
    if (kept.length === 0) return
    this.#held.push(Buffer.from(kept))
    this.#heldBytes += kept.length
  }

  #emit(): void {
    const line = Buffer.concat(this.#held).toString('utf8').replace(/\r$/, '')
    const isCut = this.#isOverlong
    this.#held = []
    this.#heldBytes = 0
    this.#isOverlong = false
    this.#onLine(line, isCut)
  }
}
