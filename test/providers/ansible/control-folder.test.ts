import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeControlFolder } from '../../../providers/ansible/control-folder.js'
import { tempFolder } from '../../lib/temp-folder.js'

/** An ssh that notes what it is asked. */
function openPlace() {
  const parent = tempFolder()
  const asked = join(parent, 'asked')
  const bin = join(parent, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'ssh'), `#!/bin/sh\necho "$*" >> '${asked}'\n`, { mode: 0o755 })
  return { parent, env: { PATH: `${bin}:${process.env.PATH ?? ''}` }, asked }
}

it('ends the connections that a killed scan left, removes their folder, and leaves those of the living', async () => {
  const place = openPlace()
  const living = await makeControlFolder(place)
  writeFileSync(join(living.path, 'socket'), '')
  const dead = join(place.parent, 'dd-dead01')
  mkdirSync(dead)
  writeFileSync(`${dead}.lock`, '')
  writeFileSync(join(dead, 'socket'), '')
  const next = await makeControlFolder(place)
  expect(readFileSync(place.asked, 'utf8')).toBe(`-O exit -o ControlPath=${join(dead, 'socket')} driftd\n`)
  expect([dead, `${dead}.lock`].map(existsSync)).toEqual([false, false])
  expect([living.path, next.path].map(existsSync)).toEqual([true, true])
  await living.remove()
  await next.remove()
  expect([living.path, `${living.path}.lock`, next.path].map(existsSync)).toEqual([false, false, false])
})

it('touches nothing that only looks like one', async () => {
  const place = openPlace()
  const target = join(place.parent, 'precious')
  writeFileSync(target, 'kept')
  symlinkSync(target, join(place.parent, 'dd-link01.lock'))
  mkdirSync(join(place.parent, 'dd-nolock'))
  await (await makeControlFolder(place)).remove()
  expect(readFileSync(target, 'utf8')).toBe('kept')
  expect(existsSync(join(place.parent, 'dd-nolock'))).toBe(true)
  expect(existsSync(join(place.parent, 'dd-link01.lock'))).toBe(true)
})
