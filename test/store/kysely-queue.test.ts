import { describeQueue } from '../contracts/queue-contract.js'
import { sharedSqlite } from './shared-sqlite.js'

describeQueue('SQLite', async () => {
  const { open, close } = sharedSqlite()
  return { open: async () => (await open()).queue, close }
})
