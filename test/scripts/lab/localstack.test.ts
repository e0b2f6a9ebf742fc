import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { repositoryRoot } from '../../../scripts/lab/tool-folder.js'

const composeSchema = z.object({
  services: z.object({
    localstack: z.object({ image: z.string(), ports: z.array(z.string()), healthcheck: z.object({}) }),
  }),
})

/** What needs a container engine is validated statically: tests cannot count on one. */
describe('docker-compose.yml', () => {
  it('pins LocalStack to a release that asks for no account, on loopback, with a health check', async () => {
    const text = await readFile(join(repositoryRoot, 'docker-compose.yml'), 'utf8')
    const { localstack } = composeSchema.parse(parse(text)).services
    // releases from 2026 on refuse to start without an account's token
    expect(localstack.image).toMatch(/^localstack\/localstack:[1-4]\.\d+\.\d+$/)
    for (const port of localstack.ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })
})
