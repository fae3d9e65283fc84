/** The other side of `run-apart.ts`: one bench, its result as a message to the parent. */
import { benchDecodeFold } from './decode-fold-bench.ts'
import { benchFold } from './fold-bench.ts'

const [name, records] = process.argv.slice(2)
const bench = name === 'fold' ? benchFold : name === 'decode-fold' ? benchDecodeFold : null
const send = process.send?.bind(process)
if (bench === null || send === undefined) throw new Error('This file is started by run-apart.ts.')
send(await bench(Number(records)))
process.disconnect?.()
