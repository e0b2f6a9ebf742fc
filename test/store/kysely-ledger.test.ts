import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { findBrokenRow } from '../../src/lib/audit-chain.js'
import { openStore } from '../../src/store/open-store.js'
import { describeLedger } from '../contracts/ledger-contract.js'
import { at, buildNewRequest, deedAt } from '../contracts/ledger-requests.js'
import { tempFolder } from '../lib/temp-folder.js'
import { sharedSqlite } from './shared-sqlite.js'

describeLedger('SQLite', async () => {
  const { open, close } = sharedSqlite()
  return { open: async () => (await open()).ledger, close }
})

it('tells people in the transaction of what happened', async () => {
  const store = await openStore(`sqlite:${join(tempFolder(), 'driftd.db')}`)
  const notice = {
    id: 'n1',
    key: 'remediation:01A',
    reason: 'remediation' as const,
    at: at(0),
    severity: 'info' as const,
    stack: 'prod/network',
    repository: 'infra',
    summary: 's',
    explanation: 'e',
    paragraphs: [],
    nextSteps: [],
  }
  await store.ledger.propose(buildNewRequest('01A'), { ...deedAt(0), notice })
  expect(await store.alerts.openNotices(10)).toEqual([notice])
  await store.close()
})

it.each([
  ['a changed actor', `update audit set actor = 'nobody' where sequence = 2`, 2],
  ['a changed detail', `update audit set detail = '{}' where sequence = 1`, 1],
  ['a missing row', 'delete from audit where sequence = 2', 3],
  ['a hash that was made to fit', `update audit set hash = 'sha256:00' where sequence = 3`, 3],
])('shows in the audit log: %s', async (_, tamper, broken) => {
  const path = join(tempFolder(), 'driftd.db')
  const store = await openStore(`sqlite:${path}`)
  for (const id of ['01A', '01B', '01C']) await store.ledger.propose(buildNewRequest(id), deedAt(0))
  const database = new Database(path)
  database.exec(tamper)
  database.close()
  expect(findBrokenRow(await store.ledger.auditAfter(0, 10), null)?.sequence).toBe(broken)
  await store.close()
})
