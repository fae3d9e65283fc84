import { LogMismatchError } from '@smacktalk/ports'
import { silentLogger, systemClock } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS } from '@smacktalk/stream'
import { expect, test } from 'vitest'
import { nasty } from '../../../test/backings/recordings.ts'
import { openTemporaryLog } from '../../../test/support/temporary-log.ts'
import { startStreamJob } from './start-stream-job.ts'

const SEED = 3

test(`a job refuses a log that ends before what its rows were counted from (seed ${SEED})`, async () => {
  const first = await openTemporaryLog()
  const other = await openTemporaryLog()
  const job = (log: typeof first.log) =>
    startStreamJob({
      log,
      store: first.store,
      clock: systemClock,
      logger: silentLogger,
      fold: DEFAULT_FOLD_SETTINGS,
    })
  await first.log.append('chat', nasty(SEED, Date.now()).slice(0, 500))
  const ends: number[] = []
  for (let partition = 0; partition < first.log.partitions; partition++) {
    ends.push((await first.log.extent('chat', partition)).end)
  }
  {
    await using counting = job(first.log)
    await counting.folded(ends)
    await counting.commit()
  }
  const refused = job(other.log).finished
  await expect(refused).rejects.toBeInstanceOf(LogMismatchError)
  await expect(refused).rejects.toThrow('ends at offset 0, but the rows were counted up to offset')
})
