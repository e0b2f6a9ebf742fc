import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandsOfApprover, findRequest, runCommands, whatChanges } from '../../../scripts/demo/approval.js'
import { APPROVER, approverBeside, createApprover } from '../../../scripts/demo/approver.js'
import { publishEstate, runGit } from '../../../scripts/demo/estate.js'
import { type Estate, estateClone } from '../../../scripts/demo/estate-place.js'
import { readAllowedSigners } from '../../../src/forge/signed-files/allowed-signers.js'
import { verifySignature } from '../../../src/forge/signed-files/verify-signature.js'
import { tempFolder } from '../../lib/temp-folder.js'

const ID = '01KAZZZZZZZZZZZZZZZZZZZZZZ'
const BRANCH = `drift/storage/${ID}`
const PATH = `.drift/requests/storage/${ID}.json`

describe('the approval that the demo shows', () => {
  it('is found on the remote, and its commands sign and merge what driftd verifies', async () => {
    const estate = await createEstate()
    await proposeOn(estate, BRANCH, PATH)
    const request = await findRequest(estate, 'storage')
    expect(request).toEqual({ branch: BRANCH, path: PATH, body: expect.stringContaining('What it is about') })
    const commands = commandsOfApprover(estate, request)
    await runCommands(estate, commands)
    expect(commands.filter((line) => line.length > 75)).toEqual([])

    const merged = await runGit(estate, ['ls-tree', '-r', '--name-only', 'origin/main'])
    expect(merged.trim().split('\n')).toEqual([PATH, `${PATH}.${APPROVER}.sig`, 'main.tf'])
    const signers = await readAllowedSigners(join(estate.folder, 'allowed_signers'))
    const file = join(estateClone(estate), PATH)
    const approval = {
      principal: APPROVER,
      signature: readFileSync(`${file}.${APPROVER}.sig`, 'utf8'),
      signed: readFileSync(file),
    }
    const place = { ...estate, scratchFolder: tempFolder() }
    expect(await verifySignature(approval, signers, place)).toHaveProperty('fingerprint')
    const other = { ...approval, signed: Buffer.from('{"other": true}\n') }
    expect(await verifySignature(other, signers, place)).toHaveProperty('problem')
  })

  it('is of one request: none, or a second one, is an error', async () => {
    const estate = await createEstate()
    await expect(findRequest(estate, 'storage')).rejects.toThrow('found none')
    await proposeOn(estate, BRANCH, PATH)
    await proposeOn(estate, 'drift/storage/01KB', '.drift/requests/storage/01KB.json')
    await expect(findRequest(estate, 'storage')).rejects.toThrow('expected one branch')
  })

  it('stops at the first command that fails', async () => {
    const estate = await createEstate()
    await expect(runCommands(estate, ['false', 'touch went-on'])).rejects.toThrow('exit code 1')
    await expect(runGit(estate, ['status', '--porcelain'])).resolves.toBe('')
  })

  it('comes from somebody else than the account that asks', () => {
    expect(approverBeside('root')).toBe('alice')
    expect(approverBeside('alice')).toBe('bob')
  })
})

describe('what a request changes', () => {
  it('is that part of its text, cut to a width', () => {
    const body =
      '> intro\n## What changes (1)\n\n- update `a`\n  - `b`: `0123` → `0123456789`\n\n## Who is asked\n'
    expect(whatChanges(body, 17)).toEqual(['- update `a`', '  - `b`: `0123`', '    → `012345678…'])
    expect(whatChanges('nothing of the kind', 17)).toEqual([])
  })
})

async function createEstate(): Promise<Estate> {
  const folder = tempFolder()
  const env = { PATH: process.env.PATH ?? '', HOME: folder }
  const estate = { folder, env, signal: new AbortController().signal }
  mkdirSync(estateClone(estate))
  writeFileSync(join(estateClone(estate), 'main.tf'), '# code\n')
  await createApprover(estate)
  await publishEstate(estate)
  return estate
}

/** As driftd does: a branch with one commit that adds one file; nothing of it stays in the clone. */
async function proposeOn(estate: Estate, branch: string, path: string): Promise<void> {
  const file = join(estateClone(estate), path)
  await runGit(estate, ['switch', '--quiet', '--create', branch])
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '{}\n')
  await runGit(estate, ['add', '--all'])
  await runGit(estate, ['commit', '--quiet', '--message', 'driftd: revert\n\nWhat it is about'])
  await runGit(estate, ['push', '--quiet', 'origin', branch])
  await runGit(estate, ['switch', '--quiet', 'main'])
  await runGit(estate, ['branch', '--quiet', '-D', branch])
  rmSync(join(estateClone(estate), '.drift'), { recursive: true, force: true })
}
