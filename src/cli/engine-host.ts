import { fileURLToPath } from 'node:url'
import { providers } from '../app.js'
import { hostMain } from '../engine-host/host-main.js'

// not for people: driftd starts it to run an engine as another account (docs/security.md, runAs)
await hostMain(providers, fileURLToPath(import.meta.url))
