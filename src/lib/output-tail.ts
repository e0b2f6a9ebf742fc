/** Keeps the first and the last bytes of a stream: a program says what went wrong at either end. */
export class OutputTail {
  #parts: Buffer[] = []
  #bytes = 0
  isTruncated = false
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(chunk: Buffer): void {
    this.#parts.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes * 2) this.#trim()
  }

  text(): string {
    if (this.#bytes > this.#maxBytes) this.#trim()
    return Buffer.concat(this.#parts).toString('utf8')
  }

  #trim(): void {
    const all = Buffer.concat(this.#parts)
    const half = Math.floor(this.#maxBytes / 2)
    this.#parts = [Buffer.from(all.subarray(0, half)), Buffer.from(all.subarray(all.length - half))]
    this.#bytes = half * 2
    this.isTruncated = true
  }
}
