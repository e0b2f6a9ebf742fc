import { main } from '../../../src/cli/ansiblediff.js'

await main(process.argv)
