import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../../scripts/lab/run-program.js'

const base = { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' } }

describe('runProgram', () => {
  it('returns output and exit code of an accepted end', async () => {
    const { signal } = new AbortController()
    const request = { ...base, command: 'sh', args: ['-c', 'echo words; exit 2'], accepted: [0, 2], signal }
    expect(await runProgram(request)).toEqual({ exitCode: 2, stdout: 'words\n' })
  })

  it('throws with what the program said when it fails', async () => {
    const { signal } = new AbortController()
    const request = { ...base, command: 'sh', args: ['-c', 'echo out; echo broken >&2; exit 3'], signal }
    await expect(runProgram(request)).rejects.toThrow(/exit code 3\nbroken\nout/)
  })

  it('ends the program when it is stopped, and waits until it is gone', async () => {
    const stopping = new AbortController()
    const args = ['-c', 'trap "echo cleaned up >&2; exit 130" INT; echo $$ >&2; while :; do sleep 0.05; done']
    const running = runProgram({ ...base, command: 'sh', args, signal: stopping.signal })
    setTimeout(() => stopping.abort(), 300)
    await expect(running).rejects.toThrow(/exit code 130\n\d+\ncleaned up/)
  })

  it('starts nothing once it is stopped', async () => {
    const request = {
      ...base,
      command: 'sh',
      args: ['-c', 'true'],
      signal: AbortSignal.abort(new Error('stopped')),
    }
    await expect(runProgram(request)).rejects.toThrow('stopped')
  })
})
