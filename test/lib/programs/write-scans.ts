import { openStore } from '../../../src/store/open-store.js'
import { buildRecord, buildScan } from '../../helpers/build-record.js'

const [path, round] = process.argv.slice(2)
const store = await openStore(`sqlite:${path}`)
const records = Array.from({ length: 300 }, () => buildRecord({ detail: 'x'.repeat(200) }))
for (let number = 1; number < 100_000; number++) {
  const id = `${round}${String(number).padStart(6, '0')}`
  const scan = buildScan({ id, stack: `round-${round}`, status: 'drifted', records })
  await store.saveScan({ scan, nextBaseline: null })
  if (number === 5) console.log(id)
}
