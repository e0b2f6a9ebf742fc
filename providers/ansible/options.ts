import { z } from 'zod'

const extraVarsSchema = z.union([z.record(z.string(), z.json()), z.array(z.string())])

/** The keys of an Ansible stack in driftd.yaml; paths are relative to the stack's folder. */
export const ansibleOptionsShape = {
  playbook: z.string().min(1).describe('The playbook, relative to path.'),
  inventory: z
    .array(z.string().min(1))
    .default([])
    .describe('Inventory files, folders or host lists, as -i.'),
  limit: z.string().min(1).optional().describe('Only these hosts, as --limit.'),
  tags: z.array(z.string().min(1)).default([]).describe('Only tasks with these tags, as --tags.'),
  skipTags: z.array(z.string().min(1)).default([]).describe('No tasks with these tags, as --skip-tags.'),
  extraVars: extraVarsSchema.optional().describe('Variables that win over all others, as -e.'),
  vaultPasswordFile: z.string().min(1).optional().describe('A file or program with the vault password.'),
  vaultIds: z.array(z.string().min(1)).default([]).describe('label@file, as --vault-id.'),
  forks: z.number().int().min(1).max(500).optional().describe('Hosts read at the same time.'),
  keepCallbacks: z.array(z.string().min(1)).default([]).describe('Callbacks that stay on during a scan.'),
  engine: z.string().min(1).optional().describe('The ansible-playbook to run. Default: the one on PATH.'),
} as const

const ansibleOptionsSchema = z.object(ansibleOptionsShape)

/** What an Ansible stack says beyond what every stack says. */
export type AnsibleOptions = Readonly<z.output<typeof ansibleOptionsSchema>>

/** Options with the defaults filled in; what the configuration, or a command line, gives is all that is needed. */
export function parseAnsibleOptions(options: unknown): AnsibleOptions {
  return ansibleOptionsSchema.parse(options)
}
