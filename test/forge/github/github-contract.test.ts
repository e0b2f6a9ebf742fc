import { describeForge } from '../../contracts/forge-contract.js'
import { describeHostedForge } from '../../contracts/hosted-forge-contract.js'
import { createGitHubForgeWorld } from '../../helpers/github-forge-world.js'

describeForge('github', createGitHubForgeWorld)
describeHostedForge('github', createGitHubForgeWorld)
