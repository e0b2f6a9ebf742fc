import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/lib/clock.js'
import {
  type AuditAnchor,
  anchoredLedger,
  checkAnchor,
  createAnchorFile,
} from '../../src/remediate/audit-anchor.js'
import type { Ledger } from '../../src/remediate/ledger.js'
import { verifyAudit } from '../../src/remediate/verify-audit.js'
import { openStore } from '../../src/store/open-store.js'
import { buildClaim, buildNewRequest, deedAt, processOf } from '../contracts/ledger-requests.js'
import { tempFolder } from '../lib/temp-folder.js'

let databaseFile: string
let anchorFile: string
let ledger: Ledger
let anchor: AuditAnchor

beforeEach(async () => {
  const folder = tempFolder()
  databaseFile = join(folder, 'driftd.db')
  anchorFile = join(folder, 'anchor.json')
  const store = await openStore(`sqlite:${databaseFile}`)
  onTestFinished(() => store.close())
  anchor = createAnchorFile(anchorFile)
  ledger = store.ledger
})

function check(isShared = false): Promise<boolean> {
  return checkAnchor(anchor, { ledger, clock: systemClock, owner: processOf(1) }, isShared)
}

function tamper(sql: string): void {
  const database = new Database(databaseFile)
  database.exec(sql)
  database.close()
}

describe('the anchor of the audit log', () => {
  it('follows every change, and finds nothing wrong with what it has seen', async () => {
    expect(await check()).toBe(false)
    const anchored = anchoredLedger(ledger, anchor)
    await anchored.propose(buildNewRequest('01A'), deedAt(0))
    await anchored.claim(buildClaim('01A'))
    expect(JSON.parse(readFileSync(anchorFile, 'utf8'))).toMatchObject({ sequence: 2 })
    expect(await check()).toBe(false)
    expect(await ledger.epoch()).toBe(1)
  })

  it('bears rows that another process has added since', async () => {
    await anchoredLedger(ledger, anchor).propose(buildNewRequest('01A'), deedAt(0))
    await ledger.propose(buildNewRequest('01B'), deedAt(1))
    expect(await check()).toBe(false)
  })

  it.each([
    ['an older store in its place', 'delete from audit where sequence = 2'],
    ['another history', `update audit set hash = 'sha256:00' where sequence = 2`],
  ])('voids every request after %s', async (_, sql) => {
    const anchored = anchoredLedger(ledger, anchor)
    await anchored.propose(buildNewRequest('01A'), deedAt(0))
    await anchored.propose(buildNewRequest('01B'), deedAt(1))
    tamper(sql)
    expect(await check()).toBe(true)
    expect(await ledger.epoch()).toBe(2)
    expect(await ledger.claim(buildClaim('01A'))).toMatchObject({ status: 'gone' })
    expect(await check()).toBe(false)
  })

  it('voids them too where a store with a history comes without it, unless machines share it', async () => {
    await ledger.propose(buildNewRequest('01A'), deedAt(0))
    expect(await check(true)).toBe(false)
    writeFileSync(anchorFile, 'damaged')
    expect(await check()).toBe(true)
  })
})

describe('driftd audit verify', () => {
  it('finds a whole log whole', async () => {
    expect(await verifyAudit(ledger, null)).toMatchObject({ status: 'whole', rows: 0 })
    await anchoredLedger(ledger, anchor).propose(buildNewRequest('01A'), deedAt(0))
    expect(await verifyAudit(ledger, await anchor.read())).toMatchObject({ status: 'whole', rows: 1 })
  })

  it.each([
    ['a row in the middle was changed', `update audit set actor = 'x' where sequence = 2`, 2],
    ['a row in the middle is gone', 'delete from audit where sequence = 2', 3],
    ['the last rows are gone', 'delete from audit where sequence > 1', 3],
    ['all rows are gone', 'delete from audit', 3],
  ])('tells that %s', async (_, sql, sequence) => {
    const anchored = anchoredLedger(ledger, anchor)
    for (const id of ['01A', '01B', '01C']) await anchored.propose(buildNewRequest(id), deedAt(0))
    tamper(sql)
    expect(await verifyAudit(ledger, await anchor.read())).toMatchObject({ status: 'broken', sequence })
  })
})
