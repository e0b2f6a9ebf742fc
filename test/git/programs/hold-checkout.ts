import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRepository } from '../../../src/git/open-repository.js'

// checks a repository out, tells where, and when its input ends what the file `a` of that checkout says then
const [url = '', dataFolder = ''] = process.argv.slice(2)
const env = { PATH: process.env.PATH, HOME: dataFolder }
const request = { name: 'infra', url, baseFolder: '/', ref: 'main', credentials: null, dataFolder, env }
const checkout = await (await openRepository(request)).checkout()
process.stdout.write(`${checkout.root}\n`)
for await (const _ of process.stdin);
process.stdout.write(`${readFileSync(join(checkout.root, 'a'), 'utf8')}\n`)
await checkout.release()
