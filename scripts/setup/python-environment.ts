import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { toolFolder } from '../lab/tool-folder.js'

const INSTALL_TIMEOUT_MS = 600_000

/**
 * Installs a package of the Python index into the private virtual environment `.lab/venv` and returns the path of
 * one of its programs. Throws where Python, its venv module or the index cannot be had.
 */
export function installWithPip(requirement: string, program: string): string {
  const venv = toolFolder('venv')
  mkdirSync(toolFolder(), { recursive: true })
  if (!existsSync(join(venv, 'bin', 'pip'))) {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'pipe', timeout: INSTALL_TIMEOUT_MS })
  }
  const args = ['install', '--quiet', '--disable-pip-version-check', '--retries', '1', requirement]
  execFileSync(join(venv, 'bin', 'pip'), args, { stdio: 'pipe', timeout: INSTALL_TIMEOUT_MS })
  return join(venv, 'bin', program)
}
