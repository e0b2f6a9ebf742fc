import { access, readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { toDriftError } from '../../../src/domain/errors.js'
import type { Examination } from '../../../src/domain/examination.js'
import type { ExaminedStack, ExamineRequest } from '../../../src/scan/provider.js'
import { isConfigurationFile } from '../code/module-tree.js'
import { LOCK_FILE } from '../code/provider-lock.js'
import type { TerraformOptions } from '../options.js'
import { findEngine } from './engine.js'
import { examineCliConfig } from './examine-cli-config.js'

type Request = ExamineRequest<TerraformOptions>
type Stack = ExaminedStack<TerraformOptions>

const INSTALL =
  'install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install)'

/** Engines, CLI configuration with its mirrors and cache, and of each stack its folder, variable files and lock file. */
export async function examineTerraform(request: Request): Promise<readonly Examination[]> {
  const names = [...new Set(request.stacks.map(({ stack }) => stack.options.engine))]
  const engines = await Promise.all(
    (names.length > 0 ? names : [undefined]).map((engine) => examineEngine(engine, request)),
  )
  const config = await examineCliConfig(request.env)
  const stacks = await Promise.all(request.stacks.map(examineStack))
  return [...engines, ...config, ...stacks.flat()]
}

async function examineEngine(engine: string | undefined, request: Request): Promise<Examination> {
  const what = engine ?? 'terraform or tofu'
  try {
    const { env, signal, scratchFolder } = request
    const found = await findEngine({ engine, env, signal, folder: scratchFolder, cacheFolder: scratchFolder })
    return { what, state: 'ok', detail: `${found.name} ${found.version} at ${found.path}`, fix: null }
  } catch (error) {
    const { code, message } = toDriftError(error)
    const state = request.stacks.length > 0 ? 'problem' : 'warning'
    return { what, state, detail: `${message} (${code})`, fix: INSTALL }
  }
}

async function examineStack({ stack, checkout }: Stack): Promise<readonly Examination[]> {
  if (checkout === null) return []
  const folder = resolve(checkout.root, stack.path)
  const names = await readdir(folder).catch((): readonly string[] => [])
  if (!names.some(isConfigurationFile)) {
    const detail = `${stack.path} has no .tf or .tf.json file`
    return [
      { what: stack.name, state: 'problem', detail, fix: `correct path of ${stack.name} in driftd.yaml` },
    ]
  }
  const missing = await missingFiles(folder, stack.options.varFiles)
  const files = missing.map((file): Examination => {
    const fix = `correct varFiles of ${stack.name} in driftd.yaml, or commit the file`
    return { what: stack.name, state: 'problem', detail: `there is no variable file ${file}`, fix }
  })
  return names.includes(LOCK_FILE) ? files : [...files, withoutLock(stack.name, stack.path)]
}

function withoutLock(what: string, path: string): Examination {
  return {
    what,
    state: 'warning',
    detail: `${path} has no ${LOCK_FILE}: scans choose the versions of providers by themselves`,
    fix: `terraform -chdir=${path} providers lock, and commit ${LOCK_FILE}`,
  }
}

async function missingFiles(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(files.map((file) => isThere(resolve(folder, file))))
  return files.filter((_, index) => !found[index])
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
