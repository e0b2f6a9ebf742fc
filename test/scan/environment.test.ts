import { describe, expect, it } from 'vitest'
import { buildOneShotEnvironment, buildStackEnvironment } from '../../src/scan/environment.js'

const CALLER = {
  PATH: '/bin',
  HOME: '/h',
  LANG: 'C.UTF-8',
  LC_TIME: 'C',
  https_proxy: 'http://p',
  NO_PROXY: 'x',
  SSH_AUTH_SOCK: '/s',
  TF_CLI_CONFIG_FILE: '/rc',
  TF_PLUGIN_CACHE_DIR: '/cache',
  AWS_PROFILE: 'prod',
  GOOGLE_PROJECT: 'g',
  TF_VAR_x: '1',
  DATABASE_PASSWORD: 'secret',
  DRIFTD_KEY_FILE: '/k',
  UNSET: undefined,
}

const STRIPPED = {
  TF_LOG: 'trace',
  TF_LOG_PATH: '/l',
  TF_CLI_ARGS: '-refresh=false',
  TF_CLI_ARGS_plan: '-target=x',
  TF_REATTACH_PROVIDERS: '{}',
}

describe('buildOneShotEnvironment', () => {
  it("passes the caller's environment on", () => {
    const { env, warnings } = buildOneShotEnvironment(CALLER, false)
    const { UNSET: _, ...set } = CALLER
    expect(env).toEqual({ ...set, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' })
    expect(warnings).toEqual([])
  })

  it('keeps back what would change the verdict, and says so without values', () => {
    const { env, warnings } = buildOneShotEnvironment({ ...CALLER, ...STRIPPED }, false)
    expect(Object.keys(env).filter((name) => name in STRIPPED)).toEqual([])
    expect(warnings).toMatchObject([{ code: 'ENVIRONMENT_STRIPPED' }])
    expect(warnings[0]?.message).toContain('TF_CLI_ARGS, TF_CLI_ARGS_plan, TF_REATTACH_PROVIDERS were set')
    expect(warnings[0]?.message).not.toContain('-target')
  })

  it('keeps logs back without a word, since they change no verdict', () => {
    expect(buildOneShotEnvironment({ TF_LOG: 'trace' }, false).warnings).toEqual([])
  })

  it('lets TF_WORKSPACE choose only where no workspace is named', () => {
    const caller = { TF_WORKSPACE: 'dev' }
    expect(buildOneShotEnvironment(caller, false).env.TF_WORKSPACE).toBe('dev')
    expect(buildOneShotEnvironment(caller, true).env.TF_WORKSPACE).toBeUndefined()
  })
})

describe('buildStackEnvironment', () => {
  const request = { caller: CALLER, stackEnv: {}, isWorkspaceNamed: false, isOtherAccount: false }

  it('passes on what engines need and the clouds, nothing else', () => {
    const { env } = buildStackEnvironment(request)
    const { TF_VAR_x: _, DATABASE_PASSWORD: __, DRIFTD_KEY_FILE: ___, UNSET: ____, ...passed } = CALLER
    expect(env).toEqual({ ...passed, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' })
  })

  it('passes on nothing that belongs to one account to an engine of another', () => {
    const own = { HOME: '/home/other', TF_PLUGIN_CACHE_DIR: '/cache' }
    for (const inheritEnv of [undefined, ['*']]) {
      const { env } = buildStackEnvironment({ ...request, inheritEnv, stackEnv: own, isOtherAccount: true })
      expect(env).toMatchObject({ PATH: CALLER.PATH, AWS_PROFILE: CALLER.AWS_PROFILE, ...own })
      expect(Object.keys(env)).not.toContain('SSH_AUTH_SOCK')
      expect(Object.keys(env)).not.toContain('TF_CLI_CONFIG_FILE')
    }
  })

  it('takes the patterns of inheritEnv in place of the clouds', () => {
    const { env } = buildStackEnvironment({ ...request, inheritEnv: ['TF_VAR_*'] })
    expect(env).toMatchObject({ PATH: '/bin', TF_VAR_x: '1' })
    expect(env.AWS_PROFILE).toBeUndefined()
  })

  it("lets the stack's own variables win", () => {
    const { env } = buildStackEnvironment({ ...request, stackEnv: { AWS_PROFILE: 'test', PATH: '/own' } })
    expect(env).toMatchObject({ AWS_PROFILE: 'test', PATH: '/own' })
  })

  it('keeps back what would change the verdict, also where the stack asks for it', () => {
    const { env, warnings } = buildStackEnvironment({ ...request, inheritEnv: ['*'], stackEnv: STRIPPED })
    expect(Object.keys(env).filter((name) => name in STRIPPED)).toEqual([])
    expect(warnings).toHaveLength(1)
  })

  it('cannot be told to phone home', () => {
    const { env } = buildStackEnvironment({ ...request, stackEnv: { CHECKPOINT_DISABLE: '' } })
    expect(env.CHECKPOINT_DISABLE).toBe('1')
  })
})
