import { createReadStream } from 'node:fs'
import { LineSplitter } from '../../src/lib/line-splitter.js'
import { type CallbackEvent, parseEvent } from './events.js'

/** The callback cuts each text at 64 KiB; a line beyond this is no event of ours (facts A2: stream, cap a line). */
const MAX_LINE_BYTES = 16 * 1024 * 1024

/** What is wrong with a file of events, apart from what the events say. */
export interface EventStream {
  /** Lines that are no event: a run was killed in the middle of one, or something else wrote there. */
  readonly unreadableLines: number
}

/** Hands every event of a file to `onEvent`, one at a time; memory does not grow with the file. */
export async function readEvents(
  file: string,
  onEvent: (event: CallbackEvent) => void,
): Promise<EventStream> {
  let unreadableLines = 0
  const splitter = new LineSplitter(MAX_LINE_BYTES, (line, isCut) => {
    const event = isCut ? null : parseEvent(line)
    if (event === null) unreadableLines += 1
    else onEvent(event)
  })
  try {
    for await (const chunk of createReadStream(file)) splitter.write(chunk as Buffer)
  } catch (error) {
    // no file: Ansible gave up before it loaded the callback; the caller sees that there was no end
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  splitter.end()
  return { unreadableLines }
}
