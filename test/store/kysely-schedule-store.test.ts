import { describeScheduleStore } from '../contracts/schedule-store-contract.js'
import { sharedSqlite } from './shared-sqlite.js'

describeScheduleStore('SQLite', async () => sharedSqlite())
