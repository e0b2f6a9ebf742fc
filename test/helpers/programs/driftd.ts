import { main } from '../../../src/cli/driftd.js'

await main(process.argv)
