/** The stream job as a role: log to rows and views. */
import { startStreamJob } from '@smacktalk/stream-job'
import { foldSettings } from './fold-settings.ts'
import { giveSigns, type RoleParts, type RunningRole } from './role.ts'
import { publishJobFigures } from './role-figures.ts'

/** The rounds of a job come many times a second, whatever log and store do; silent for so long it hangs. */
const ROUND_SILENCE_MS = 10_000

export async function openStreamJobRole(parts: RoleParts): Promise<RunningRole> {
  const { scope, log, store, clock, logger, metrics, health, say } = parts
  say('Starting the stream job ...')
  const stack = new DisposableStack()
  scope.defer('the watch over the stream job', () => stack.dispose())
  const reaching = {
    log: stack.use(health.condition('the log of the stream job')),
    store: stack.use(health.condition('the store of the stream job')),
  }
  for (const condition of Object.values(reaching)) condition.met()
  const troubles = new Map<string, string>()
  const round = stack.use(health.loop('the rounds of the stream job', ROUND_SILENCE_MS))
  const job = scope.use(
    'the stream job',
    startStreamJob({
      log,
      store,
      clock,
      logger: logger.child({ role: 'stream job' }),
      fold: foldSettings(parts.loaded.settings),
      cacheWeightMax: parts.loaded.settings.cacheRows,
      onRound: () => round.tick(),
      onReach(what, trouble) {
        if (trouble === null) {
          troubles.delete(what)
          reaching[what].met()
        } else {
          troubles.set(what, trouble)
          reaching[what].unmet(trouble)
        }
      },
    }),
  )
  publishJobFigures(metrics, job)
  // A job without a channel writes no rows: its signs of life find out that the store is away.
  const signing =
    parts.kind === 'cluster' ? stack.use(health.condition('the store of its signs of life')) : null
  signing?.met()
  const signs = giveSigns(
    parts,
    'stream-job',
    () => {
      const { hops, owned, lastTakeOver } = job.figures()
      return { troubles: [...troubles.values()], hops: [...hops], partitions: [...owned], lastTakeOver }
    },
    (trouble) => (trouble === null ? signing?.met() : signing?.unmet(trouble.message)),
  )
  return { running: [job.finished, signs], async applySettings() {} }
}
