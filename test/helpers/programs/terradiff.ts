import { main } from '../../../src/cli/terradiff.js'

await main(process.argv)
