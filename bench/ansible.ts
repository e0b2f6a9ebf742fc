import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseReport } from '../scripts/demo/report.js'
import { repositoryRoot } from '../scripts/lab/tool-folder.js'
import { startSshServer } from '../test/helpers/ssh-server.js'
import { type Comparison, compare } from './compare.js'
import { startDelayProxy } from './delay-proxy.js'
import { describeMachine } from './machine.js'
import { type Cost, measure } from './measure.js'
import { renderComparison } from './performance-table.js'

/** Where a part may write, and how it is stopped. */
interface Bench {
  readonly folder: string
  readonly signal: AbortSignal
}

const ROUNDS = Number(process.env.ROUNDS ?? 3)
const LOCAL_HOSTS = Number(process.env.LOCAL_HOSTS ?? 20)
const SSH_HOSTS = Number(process.env.SSH_HOSTS ?? 4)
/** 40 ms for the way there and back. */
const ONE_WAY_MS = 20

const PLAYBOOK = `- hosts: all
  tasks:
    - { name: folder, ansible.builtin.file: { path: "{{ root }}/app", state: directory, mode: "0755" } }
    - { name: configuration, ansible.builtin.template: { src: app.conf.j2, dest: "{{ root }}/app/app.conf" } }
    - { name: motd, ansible.builtin.copy: { content: "welcome\\n", dest: "{{ root }}/motd" } }
    - { name: option, ansible.builtin.lineinfile: { path: "{{ root }}/app/options", line: "verbose=1", create: true } }
    - { name: link, ansible.builtin.file: { src: "{{ root }}/app", dest: "{{ root }}/current", state: link } }
    - { name: marker, ansible.builtin.command: { cmd: "touch {{ root }}/marker", creates: "{{ root }}/marker" } }
`

/** `ansiblediff` against `ansible-playbook --check --diff` where hosts are this machine: what our own work costs. */
export async function benchLocalHosts(bench: Bench): Promise<string> {
  const machine = describeMachine()
  const hosts = await makeHosts(bench.folder, LOCAL_HOSTS)
  const inventory = hosts.map(({ name, root }) => `${name} ansible_connection=local root=${root}`)
  const comparison = await contest(bench, { name: 'ansible', hosts: hosts.length, inventory })
  const target = { wall: null, cpu: 1.05, aim: null, driftd: '`ansiblediff`' }
  return `## A playbook over local connections

${hosts.length} hosts, facts and six tasks, in sync. The modules run on the machine that scans, so nearly all of the CPU is theirs.

${renderComparison(comparison, target, '`ansible-playbook --check --diff`')}
${machine}`
}

/** The same over ssh with a round trip of 40 ms. */
export async function benchSshHosts(bench: Bench): Promise<string> {
  const machine = describeMachine()
  const hosts = await makeHosts(bench.folder, SSH_HOSTS)
  const server = await startSshServer()
  // a proxy for each host: a port of its own, so that no host shares the connection of another
  const proxies = await Promise.all(hosts.map(() => startDelayProxy(server.port, ONE_WAY_MS)))
  try {
    const inventory = hosts.map(({ name, root }, index) => server.host(name, root, proxies[index]?.port))
    const comparison = await contest(bench, { name: 'ssh', hosts: hosts.length, inventory })
    const target = { wall: 1, cpu: null, aim: null, driftd: '`ansiblediff`' }
    return `## A playbook over ssh, 40 ms away

${hosts.length} hosts behind a real sshd and a proxy that delays every byte by ${ONE_WAY_MS} ms each way, in sync. Both begin without an open
connection, as a scheduled run does. driftd turns pipelining on unless the user's configuration decides.

${renderComparison(comparison, target, '`ansible-playbook --check --diff`')}
${machine}`
  } finally {
    for (const proxy of proxies) await proxy.close()
    await server.stop()
  }
}

interface Host {
  readonly name: string
  readonly root: string
}

async function makeHosts(folder: string, count: number): Promise<readonly Host[]> {
  const hosts = Array.from({ length: count }, (_, index) => {
    return { name: `host${index}`, root: join(folder, `host${index}`) }
  })
  for (const { root } of hosts) await mkdir(root)
  await mkdir(join(folder, 'home'))
  await writeFile(join(folder, 'site.yml'), PLAYBOOK)
  await writeFile(join(folder, 'app.conf.j2'), 'name={{ inventory_hostname }}\nsystem={{ ansible_system }}\n')
  return hosts
}

async function contest(
  bench: Bench,
  world: { readonly name: string; readonly hosts: number; readonly inventory: readonly string[] },
): Promise<Comparison> {
  const { folder, signal } = bench
  const python = 'ansible_python_interpreter="{{ ansible_playbook_python }}"'
  await writeFile(join(folder, 'inventory'), `${world.inventory.join('\n')}\n[all:vars]\n${python}\n`)
  const env = {
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    HOME: join(folder, 'home'),
    XDG_RUNTIME_DIR: join(folder, 'home'),
  }
  const shared = { cwd: folder, env, signal }
  const playbook = 'ansible-playbook -i inventory site.yml'
  // a user's scheduled run finds no connection of the one before either
  const endConnections =
    'for s in "$HOME"/.ansible/cp/*; do ssh -O exit -o ControlPath="$s" x 2>/dev/null; done; true'
  await applyOnce(`${playbook} >/dev/null && { ${endConnections}; }`, shared)
  return compare({
    name: world.name,
    rounds: ROUNDS,
    loop: { line: `${playbook} --check --diff && { ${endConnections}; }`, ...shared },
    driftd: {
      line: `"${join(repositoryRoot, 'bin', 'ansiblediff')}" site.yml -i inventory -o json 2>/dev/null`,
      ...shared,
    },
    check: (who, cost) => (who === 'loop' ? checkPlaybook(cost) : checkReport(cost, world.hosts)),
  })
}

/** Carries the playbook out, so that what is compared is in sync. */
async function applyOnce(line: string, shared: Omit<Parameters<typeof measure>[0], 'line'>): Promise<void> {
  const cost = await measure({ line, ...shared })
  if (cost.exitCode !== 0) throw new Error(`the playbook could not be applied:\n${cost.stdout.slice(-2_000)}`)
}

function checkPlaybook(cost: Cost): void {
  if (cost.exitCode !== 0 || /changed=[1-9]|failed=[1-9]|unreachable=[1-9]/.test(cost.stdout)) {
    throw new Error(`ansible-playbook did not find the hosts in sync:\n${cost.stdout.slice(-2_000)}`)
  }
}

/** Six tasks of each host, all verified. */
function checkReport(cost: Cost, hosts: number): void {
  const [scan] = parseReport(cost.stdout).scans
  if (cost.exitCode !== 0 || scan?.status !== 'in-sync' || scan.coverage.verified !== hosts * 6) {
    throw new Error(`ansiblediff ended with ${cost.exitCode}:\n${cost.stdout.slice(-2_000)}`)
  }
}
