import { stopKeptDemo } from './kept-demo.js'

console.log((await stopKeptDemo()) ? 'demo: taken down' : 'demo: nothing is up')
