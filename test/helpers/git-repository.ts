import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openRepository, type RepositoryRequest } from '../../src/git/open-repository.js'
import type { Repository } from '../../src/git/repository.js'
import { tempFolder } from '../lib/temp-folder.js'

/** A real Git repository with a work tree, made by the git command. */
export interface TestRepository {
  readonly path: string
  git(...args: readonly string[]): string
  /** Writes files (null: removed) and commits everything; returns the commit. */
  commit(files: Readonly<Record<string, string>>): string
  link(path: string, target: string): void
  /** Reads a stream of git-fast-import(1). */
  fastImport(stream: string): void
}

/** A new repository with the branch main and nothing in it. */
export function createTestRepository(path = join(tempFolder(), 'origin')): TestRepository {
  mkdirSync(path, { recursive: true })
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(path, '.git'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    GIT_ALLOW_PROTOCOL: 'file',
  }
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', path, ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  const commit: TestRepository['commit'] = (files) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true })
      writeFileSync(join(path, file), text)
    }
    git('add', '--all', '--force')
    git('commit', '--quiet', '--allow-empty', '--message', 'change')
    return git('rev-parse', 'HEAD')
  }
  return {
    path,
    git,
    commit,
    link: (file, target) => symlinkSync(target, join(path, file)),
    fastImport: (stream) => {
      execFileSync('git', ['-C', path, 'fast-import', '--quiet', '--force'], { env, input: stream })
    },
  }
}

/** Opens a repository with data of its own, and a home without any Git configuration. */
export async function openTestRepository(
  url: string,
  part: Partial<RepositoryRequest> = {},
): Promise<Repository> {
  const folder = tempFolder()
  return openRepository({
    name: 'infra',
    url,
    baseFolder: folder,
    ref: 'main',
    credentials: null,
    dataFolder: join(folder, 'data'),
    env: { PATH: process.env.PATH, HOME: folder },
    ...part,
  })
}
