import { describeForge } from '../../contracts/forge-contract.js'
import { describeHostedForge } from '../../contracts/hosted-forge-contract.js'
import { createGitLabForgeWorld } from '../../helpers/gitlab-forge-world.js'

describeForge('gitlab', createGitLabForgeWorld)
describeHostedForge('gitlab', createGitLabForgeWorld)
