import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeScratchFolder } from '../../../src/lib/private-folder.js'

const scratch = await makeScratchFolder(process.argv[2] ?? '')
await writeFile(join(scratch.path, 'plan.json'), 'secret')
console.log(scratch.path)
setInterval(() => {}, 60_000)
