import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DriftError } from '../../../src/domain/errors.js'
import { openStore } from '../../../src/store/open-store.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

/** Stores scans in a folder until its disk is full, makes room, stores one more; says as JSON how it went. */
const [folder = ''] = process.argv.slice(2)
const path = join(folder, 'driftd.db')
const ballast = join(folder, 'ballast')
writeFileSync(ballast, Buffer.alloc(512 * 1024))
const store = await openStore(`sqlite:${path}`)
const records = Array.from({ length: 100 }, () => buildRecord({ detail: 'x'.repeat(200) }))
let saved = 0
let code: string | null = null
while (code === null && saved < 10_000) {
  code = await save(saved + 1)
  if (code === null) saved += 1
}
const whileFull = await lastScan()

rmSync(ballast)
const afterwards = await save(saved + 1)
console.log(JSON.stringify({ saved, code, whileFull, afterwards, last: await lastScan() }))
await store.close()

async function save(number: number): Promise<string | null> {
  const scan = buildScan({ id: String(number).padStart(6, '0'), status: 'drifted', records })
  try {
    await store.saveScan({ scan, nextBaseline: null })
    return null
  } catch (error) {
    return error instanceof DriftError ? error.code : String(error)
  }
}

async function lastScan(): Promise<{ readonly number: number; readonly records: number }> {
  const [state] = await store.stackStates(['prod/network'])
  return { number: Number(state?.lastScan?.id ?? 0), records: state?.lastScan?.records.length ?? 0 }
}
