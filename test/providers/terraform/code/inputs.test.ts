import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { listInputs } from '../../../../providers/terraform/code/inputs.js'
import { terraformOptionsShape } from '../../../../providers/terraform/options.js'
import { buildTree } from '../../../helpers/build-tree.js'

async function inputs(files: Readonly<Record<string, string>>, path: string, options: object = {}) {
  const stack = {
    name: 'x',
    provider: 'terraform',
    repository: null,
    path,
    labels: {},
    timeoutMs: 1,
    minCoverage: 0,
    options: z.object(terraformOptionsShape).parse(options),
  }
  return listInputs(stack, buildTree(files))
}

describe('listInputs', () => {
  it('lists the code of the stack and of every module below it, and nothing of its neighbours', async () => {
    const files = {
      'live/a/main.tf': 'module "m" {\n  source = "../../modules/m"\n}\n',
      'live/a/README.md': '',
      'live/b/main.tf': '',
      'modules/m/main.tf': 'module "n" {\n  source = "../n"\n}\n',
      'modules/n/main.tf.json': '{}',
      'modules/other/main.tf': '',
    }
    expect(await inputs(files, 'live/a')).toEqual([
      'live/a/main.tf',
      'modules/m/main.tf',
      'modules/n/main.tf.json',
    ])
  })

  it('ends where modules call each other in a ring', async () => {
    const files = {
      'a/main.tf': 'module "b" {\n  source = "../b"\n}\n',
      'b/main.tf': 'module "a" {\n  source = "../a"\n}\n',
    }
    expect(await inputs(files, 'a')).toEqual(['a/main.tf', 'b/main.tf'])
  })

  it('lists lock file, variable files and backend settings', async () => {
    const files = {
      'a/.terraform.lock.hcl': '',
      'a/main.tf': '',
      'a/terraform.tfvars': '',
      'a/x.auto.tfvars.json': '{}',
      'a/unused.tfvars': '',
      'env/prod.tfvars': '',
      'a/prod.backend': '',
    }
    const options = { varFiles: ['../env/prod.tfvars'], backendConfig: ['prod.backend', 'key=x'] }
    expect(await inputs(files, 'a', options)).toEqual([
      'a/.terraform.lock.hcl',
      'a/main.tf',
      'a/prod.backend',
      'a/terraform.tfvars',
      'a/x.auto.tfvars.json',
      'env/prod.tfvars',
    ])
  })

  it('lists files that the code names, and everything below a path that is put together', async () => {
    const files = {
      'a/main.tf':
        'locals {\n  a = file("$' +
        '{path.module}/policy.json")\n  b = templatefile("$' +
        '{path.module}/tpl/$' +
        '{var.x}.tpl", {})\n  c = file("plain.txt")\n}\n',
      'a/policy.json': '',
      'a/plain.txt': '',
      'a/tpl/one.tpl': '',
      'a/tpl/deep/two.tpl': '',
      'a/other.txt': '',
      'm/main.tf': '',
    }
    expect(await inputs(files, 'a')).toEqual([
      'a/main.tf',
      'a/plain.txt',
      'a/policy.json',
      'a/tpl/deep/two.tpl',
      'a/tpl/one.tpl',
    ])
  })
})
