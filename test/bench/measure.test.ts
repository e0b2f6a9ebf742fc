import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { measure } from '../../bench/measure.js'

const base = { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' }, signal: new AbortController().signal }
/** Works until it has used 0.3 s of CPU, however busy the machine is. */
const BUSY = 'node -e "while (process.cpuUsage().user < 300000);"'

describe('measure', () => {
  it('counts the CPU time of grandchildren, not only of the shell', async () => {
    const cost = await measure({ ...base, line: `sh -c '${BUSY} & wait'` })
    expect(cost.cpuMs).toBeGreaterThanOrEqual(300)
    expect(cost.wallMs).toBeGreaterThan(250)
  })

  it('does not take waiting for work', async () => {
    const cost = await measure({ ...base, line: 'sleep 0.4' })
    expect(cost.wallMs).toBeGreaterThan(350)
    expect(cost.cpuMs).toBeLessThan(200)
  })

  it('returns exit code and output of a command that fails', async () => {
    expect(
      await measure({ ...base, line: 'echo some words; exit_with() { return 2; }; exit_with' }),
    ).toMatchObject({
      exitCode: 2,
      stdout: 'some words\n',
    })
  })

  it('throws where nothing was measured', async () => {
    await expect(measure({ ...base, line: 'kill -9 $$' })).rejects.toThrow(/could not be measured/)
  })
})
