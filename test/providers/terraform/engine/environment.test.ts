import { describe, expect, it } from 'vitest'
import { terraformEnvironment } from '../../../../providers/terraform/engine/environment.js'

function build(env: Readonly<Record<string, string>>) {
  return terraformEnvironment({ env, dataFolder: '/data', pluginCacheFolder: '/cache', gogc: 400 })
}

describe('terraformEnvironment', () => {
  it('takes out what would change the verdict or log secrets', () => {
    const refused = {
      TF_LOG: 'trace',
      TF_LOG_PROVIDER: 'debug',
      TF_LOG_PATH: '/x',
      TF_CLI_ARGS: '-refresh=false',
      TF_CLI_ARGS_plan: '-target=x',
      TF_REATTACH_PROVIDERS: '{}',
      TF_WORKSPACE: 'typo',
    }
    expect(Object.keys(build(refused)).filter((name) => name in refused)).toEqual([])
  })

  it('keeps variables, credentials and the CLI configuration', () => {
    const kept = { TF_VAR_x: '1', AWS_PROFILE: 'prod', TF_CLI_CONFIG_FILE: '/rc', PATH: '/bin' }
    expect(build(kept)).toMatchObject(kept)
  })

  it('sets where data goes, whoever says otherwise, and asks nobody', () => {
    expect(build({ TF_DATA_DIR: 'elsewhere', CHECKPOINT_DISABLE: '' })).toMatchObject({
      TF_DATA_DIR: '/data',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    })
  })

  it('sets GOGC and the plug-in cache unless the caller has', () => {
    expect(build({})).toMatchObject({ GOGC: '400', TF_PLUGIN_CACHE_DIR: '/cache' })
    expect(build({ GOGC: '50', TF_PLUGIN_CACHE_DIR: '/mine' })).toMatchObject({
      GOGC: '50',
      TF_PLUGIN_CACHE_DIR: '/mine',
    })
  })
})
