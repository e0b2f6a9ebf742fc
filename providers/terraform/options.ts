import { z } from 'zod'

/** GOGC of the engine and its providers: 29 % less CPU for 40 % more memory (measured: facts/terraform.md, section 1). */
export const DEFAULT_GOGC = 400

const keyValue = z.string().regex(/^[^=\s]+=/, 'must be key=value')

/** The keys of a stack in driftd.yaml that only Terraform knows (product.md, Keys and defaults). */
export const terraformOptionsShape = {
  engine: z.string().min(1).optional().describe('terraform, tofu, or the path of one'),
  workspace: z.string().min(1).optional().describe('the workspace; it must exist'),
  varFiles: z
    .array(z.string().min(1))
    .default([])
    .describe('variable files, relative to the path of the stack'),
  vars: z.array(keyValue).default([]).describe('single variables as key=value; they win over variable files'),
  backendConfig: z
    .array(z.string().min(1))
    .default([])
    .describe('files or key=value, as `terraform init -backend-config` takes them'),
  gogc: z
    .int()
    .positive()
    .default(DEFAULT_GOGC)
    .describe('GOGC of the engine: higher is faster and takes more memory'),
}

/** What driftd.yaml says about a Terraform stack beyond what all stacks have. */
export type TerraformOptions = z.output<z.ZodObject<typeof terraformOptionsShape>>
