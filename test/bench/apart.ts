/** The other side of `run-apart.ts`: one bench, its result as a message to the parent. */
import { benchDecodeFold } from './decode-fold-bench.ts'
import { benchFold } from './fold-bench.ts'
import { benchImport } from './import-bench.ts'
import { benchMoments } from './moments-bench.ts'
import { benchUsers } from './users-bench.ts'

const BENCHES = new Map([
  ['fold', benchFold],
  ['decode-fold', benchDecodeFold],
  ['import', benchImport],
  ['users', benchUsers],
  ['moments', benchMoments],
])

const [name, records] = process.argv.slice(2)
const bench = BENCHES.get(name ?? '')
const send = process.send?.bind(process)
if (bench === undefined || send === undefined) throw new Error('This file is started by run-apart.ts.')
send(await bench(Number(records)))
process.disconnect?.()
