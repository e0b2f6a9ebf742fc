import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { releaseFor } from '../../scripts/setup/terraform.js'
import { createConfigSchema } from '../../src/config/schema.js'
import { gitEnvironment } from '../../src/git/git-environment.js'
import { REPOSITORY_ROOT } from '../helpers/source-tree.js'

/** Containers are validated by reading: no container engine runs where these tests do. */
const read = (name: string): string => readFileSync(join(REPOSITORY_ROOT, name), 'utf8')

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      profiles: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      tmpfs: z.array(z.string()).default([]),
      cap_drop: z.array(z.string()).default([]),
      read_only: z.boolean().default(false),
      privileged: z.boolean().default(false),
      command: z.array(z.string()).default([]),
      restart: z.string().optional(),
      stop_grace_period: z.string().optional(),
      healthcheck: z.object({ test: z.array(z.string()) }).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
})

const compose = composeSchema.parse(parse(read('docker-compose.yml')))
const dockerfile = read('Dockerfile')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
const stages = dockerfile.split(/^FROM /m).slice(1)
const last = stages.at(-1) ?? ''

describe('docker-compose.yml', () => {
  it('has driftd, both emulators, PostgreSQL and a mail catcher', () => {
    expect(Object.keys(compose.services).toSorted()).toEqual([
      'driftd',
      'localstack',
      'mail',
      'moto',
      'postgres',
    ])
  })

  it('pins every image to a version', () => {
    const images = Object.values(compose.services).map(({ image }) => image)
    expect(images.filter((image) => !/:v?\d+\.\d+(?:\.\d+)?(?:-[a-z]+)?$/.test(image))).toEqual([])
  })

  it('takes the LocalStack that asks for no account', () => {
    // from 4.0 on LocalStack announces, and later releases demand, an account
    expect(compose.services.localstack?.image).toMatch(/^localstack\/localstack:3\./)
  })

  it('starts nothing but LocalStack unless a profile is named', () => {
    const always = Object.entries(compose.services).filter(([, { profiles }]) => profiles.length === 0)
    expect(always.map(([name]) => name)).toEqual(['localstack'])
  })

  it('listens on loopback only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  })

  it('gives driftd no rights, and the code read-only', () => {
    expect(compose.services.driftd).toMatchObject({ read_only: true, cap_drop: ['ALL'], privileged: false })
    expect(compose.services.driftd?.volumes).toContain('.:/repository:ro')
    const writable = compose.services.driftd?.tmpfs.map((mount) => mount.split(':')[0])
    expect(writable).toEqual(['/tmp', /--home-dir (\S+)/.exec(last)?.[1]])
  })

  it('lets Git read what belongs to whoever mounts it, by the one configuration that driftd has Git read', () => {
    const [, folder = ''] = /XDG_CONFIG_HOME=(\S+)/.exec(last) ?? []
    const safe = [...last.matchAll(/git config --file (\S+) --add safe\.directory (\S+)/g)]
    expect(safe.map(([, file, directory]) => [file, directory])).toEqual([
      [`${folder}/git/config`, '/repository'],
      [`${folder}/git/config`, '/repository/.git'],
    ])
    expect(gitEnvironment({ XDG_CONFIG_HOME: folder }, null)).toMatchObject({ XDG_CONFIG_HOME: folder })
  })

  it('runs the daemon, asks whether it is ready, and lets it stop', () => {
    const { driftd } = compose.services
    expect(driftd).toMatchObject({
      command: ['serve', '--config', '/repository/driftd.yaml'],
      restart: 'unless-stopped',
      ports: [expect.stringMatching(/:7780$/)],
    })
    expect(driftd?.healthcheck?.test.join(' ')).toContain('http://127.0.0.1:7780/readyz')
    const { shutdownGraceMs, server } = createConfigSchema({ providers: [], channels: [], forges: [] }).parse(
      {
        version: 1,
        repositories: [{ name: 'a', url: 'a' }],
      },
    )
    expect(Number.parseInt(driftd?.stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(
      shutdownGraceMs + 15_000,
    )
    expect(server.listen.port).toBe(7780)
    expect(last).toMatch(/^EXPOSE 7780$/m)
  })

  it('declares the volumes that it uses', () => {
    const used = Object.values(compose.services)
      .flatMap(({ volumes }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((name) => !name.startsWith('.'))
    expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
  })

  it('calls the image by the version of the package', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')))
    expect(compose.services.driftd?.image).toBe(`driftd:${version}`)
  })
})

describe('Dockerfile', () => {
  it('begins every stage with a pinned image', () => {
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-[a-z]+-slim$/m)
    expect(stages).toHaveLength(3)
    expect(stages.filter((stage) => !/^\$\{NODE_IMAGE\}\s/.test(stage))).toEqual([])
    expect(dockerfile).not.toMatch(/:latest/)
  })

  it('runs as a user without rights', () => {
    const users = [...last.matchAll(/^USER (.*)$/gm)].map(([, user]) => user)
    expect(users).toEqual(['10001:10001'])
    expect(last.indexOf('USER ')).toBeGreaterThan(last.lastIndexOf('RUN '))
    expect(last).toMatch(/useradd --uid 10001/)
  })

  it.each([
    ['amd64', 'linux_amd64'],
    ['arm64', 'linux_arm64'],
  ])('verifies Terraform for %s by the sum that make setup has', (architecture, platform) => {
    const release = releaseFor(platform)
    const [, version = ''] = /^ARG TERRAFORM_VERSION=(\S+)$/m.exec(dockerfile) ?? []
    expect(release?.url).toContain(`/terraform_${version}_`)
    expect(dockerfile).toContain(`${architecture}) sum=${release?.sha256}`)
    expect(dockerfile).toMatch(/sha256sum --check --strict/)
  })

  it('brings the engines, Git and an init, the first three of a fixed version', () => {
    expect(last).toMatch(/ansible-core=2\.14\.\*/)
    expect(last).toMatch(/git=1:2\.39\.\*/)
    expect(last).toContain('COPY --from=engines /engines/terraform')
    expect(last).toMatch(/^ENTRYPOINT \["\/usr\/bin\/tini", "--", "driftd"\]$/m)
  })

  it('copies what exists, and what the package ships', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, names]) => names?.split(' ') ?? [],
    )
    expect(sources.filter((name) => !existsSync(join(REPOSITORY_ROOT, name)))).toEqual([])
    expect(sources).toEqual(
      expect.arrayContaining(['bin', 'docs', 'schemas', 'providers/ansible/callback', 'package.json']),
    )
    const ignored = read('.dockerignore').split('\n')
    expect(sources.filter((name) => !ignored.includes(`!${name.split('/')[0]}`))).toEqual([])
  })
})
