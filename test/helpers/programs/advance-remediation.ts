import { HAND_WISH, openLabRemediation } from '../open-lab-remediation.js'

/** Advances the stack of a lab in a process of its own, and prints how it stands. */
const [configFile = '', stack = ''] = process.argv.slice(2)
const { desk, store } = await openLabRemediation(configFile)
const watcher = { signal: new AbortController().signal, onEvent: () => undefined }
process.stdout.write('advancing\n')
const outcome = await desk.remediate(stack, HAND_WISH, watcher)
await store.close()
process.stdout.write(`${JSON.stringify(outcome)}\n`)
