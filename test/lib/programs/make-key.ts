import { loadKey } from '../../../src/lib/key-file.js'

const { keyId } = await loadKey({ path: process.argv[2] ?? '', expectedKeyId: null })
console.log(keyId)
