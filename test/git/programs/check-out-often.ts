import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRepository } from '../../../src/git/open-repository.js'

// checks a repository out again and again, and says what was wrong: the files of a commit must be its own, and stay there
const [url = '', dataFolder = '', rounds = '0', endFile = ''] = process.argv.slice(2)
const env = { PATH: process.env.PATH, HOME: dataFolder }
const problems: string[] = []
const commits = new Set<string | null>()
for (let round = 0; round < Number(rounds) || !existsSync(endFile); round++) {
  const repository = await openRepository({
    name: 'infra',
    url,
    baseFolder: '/',
    ref: 'main',
    credentials: null,
    dataFolder,
    env,
  })
  const checkout = await repository.checkout()
  const read = (): string => ['a', 'b'].map((file) => readFileSync(join(checkout.root, file), 'utf8')).join()
  const before = read()
  await repository.fetchTip()
  const after = existsSync(checkout.root) ? read() : 'gone'
  if (before !== after || new Set(before.split(',')).size !== 1)
    problems.push(`${checkout.commit}: ${before} then ${after}`)
  commits.add(checkout.commit)
  await checkout.release()
}
process.stdout.write(JSON.stringify({ problems, commits: commits.size }))
