/**
 * A process of its own whose log takes nothing: it hears chat, spools it, and says after each time how much has got
 * into the spool. It lives until it is killed.
 *
 * Arguments: folder of the spool, name, records per 20 ms.
 */
import { LogUnavailableError } from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { RecordQueue } from '../record-queue.ts'
import { brokenLog, CHANNELS, pushLine } from './numbered-lines.ts'

const [directory = '', ingestor = 'one', perTurn = '20'] = process.argv.slice(2)

const queue = new RecordQueue({
  log: brokenLog(() => new LogUnavailableError('no broker', 'wait')),
  clock: systemClock,
  logger: silentLogger,
  ingestor,
  spool: { directory, spoolMs: 21_600_000, logRetentionMs: 86_400_000 },
})

let line = 0
let said = ''
setInterval(() => {
  for (let count = Number(perTurn); count > 0; count--) {
    line++
    pushLine(queue, CHANNELS[line % CHANNELS.length]!, line, systemClock.now())
  }
  const { spooled, state, reason } = queue.figures().spool
  const now = JSON.stringify({ spooled, state, reason })
  if (now !== said) process.stdout.write(`${now}\n`)
  said = now
}, 20)
