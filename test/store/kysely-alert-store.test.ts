import { describeAlertStore } from '../contracts/alert-store-contract.js'
import { describeOutbox } from '../contracts/outbox-contract.js'
import { sharedSqlite } from './shared-sqlite.js'

describeAlertStore('SQLite', async () => sharedSqlite())
describeOutbox('SQLite', async () => sharedSqlite())
