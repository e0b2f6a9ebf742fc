import { tryFileLock } from '../../../src/lib/file-lock.js'

const lock = await tryFileLock(process.argv[2] ?? '')
console.log(lock ? 'held' : 'refused')
setInterval(() => {}, 60_000)
