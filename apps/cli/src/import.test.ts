import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../../../test/support/eventually.ts'
import { Random } from '../../../test/support/random.ts'
import { sharedFile } from '../../../test/support/shared-data.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { type ProgramSurroundings, startProgram } from './testing/program.ts'
import { loggedRecords, storedRows } from './testing/stored-rows.ts'
import { worldLines } from './testing/world-lines.ts'

const SEED = Number(process.env['SMACKTALK_TEST_SEED'] ?? 1)

function folder(): string {
  const temporary = temporaryFolder()
  onTestFinished(() => temporary[Symbol.dispose]())
  return temporary.path
}

async function ended(args: readonly string[], surroundings: ProgramSurroundings) {
  const program = startProgram(['import', ...args], surroundings)
  const code = await program.ended()
  return { code, printed: program.printed(), answered: program.answered() }
}

/** As long as there is no data yet, there are no records. */
async function recordsNow(dataDir: string): Promise<number> {
  try {
    return loggedRecords(dataDir)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR') return 0
    throw error
  }
}

const dataIn = (cwd: string) => join(cwd, 'data')
const ZEROS = 'messages 0, events 0, duplicates 0, late 0, dropped 0, ignored 0\n'

test(`killed at any moment and started again it leaves the same rows and the same log (seed ${SEED})`, async () => {
  const random = new Random(SEED)
  const lines = worldLines({ seed: SEED, seconds: 240, messagesPerSecond: 60 })
  let cwd = folder()
  const file = join(cwd, 'chat.irc')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const plain = folder()
  const atOnce = await ended([file], { cwd: plain })
  expect(atOnce.code, atOnce.printed).toBe(0)

  const total = loggedRecords(dataIn(plain))
  const KILLS = 4
  let killed = 0
  while (killed < KILLS) {
    const target = (await recordsNow(dataIn(cwd))) + random.between(1, Math.floor(total / (KILLS + 1)))
    const program = startProgram(['import', file], { cwd })
    await eventually(
      `${target} records are in the log`,
      async () => program.child.exitCode !== null || (await recordsNow(dataIn(cwd))) >= target,
      { everyMs: 2, context: program.printed },
    )
    await sleep(random.between(0, 5))
    program.child.kill('SIGKILL')
    if ((await program.ended()) !== 0) killed++
    else if (killed > 0) break
    // It was over before the kill came, as where others keep the machine busy: begun anew, it can be killed again.
    else cwd = folder()
  }
  const last = await ended([file], { cwd })
  expect(last.code, last.printed).toBe(0)
  console.info(`seed ${SEED}: killed ${killed} times`)
  expect(loggedRecords(dataIn(cwd))).toBe(loggedRecords(dataIn(plain)))
  expect(storedRows(dataIn(cwd))).toEqual(storedRows(dataIn(plain)))
  expect([atOnce.answered, ZEROS]).toContain(last.answered)
})

test('the last line of its answer is the account, the reasons stand before it', async () => {
  const cwd = folder()
  const good = '@id=a;room-id=1;user-id=2;tmi-sent-ts=1700000000000 :x!x@x PRIVMSG #one :hi'
  const input = [good, good, good.replace('id=a;', ''), '~~~', 'PING :x', ''].join('\n')
  const run = await ended(['-'], { cwd, input: gzipSync(input) })
  expect(run.code, run.printed).toBe(0)
  expect(run.answered).toBe(
    [
      'dropped as malformed: 1',
      'dropped as no-id: 1',
      'messages 1, events 0, duplicates 1, late 0, dropped 2, ignored 1\n',
    ].join('\n'),
  )
  const again = await ended(['-'], { cwd, input })
  expect(again).toMatchObject({ code: 0, answered: ZEROS })
  expect(again.printed).toContain('imported before')
})

const capture = sharedFile('twitch-irc/captures/busy-channel-48min.irc')

test.skipIf(capture === null)('a recording is taken over as it is', async () => {
  const cwd = folder()
  const run = await ended([capture ?? ''], { cwd })
  expect(run).toMatchObject({
    code: 0,
    answered: 'messages 1941, events 59, duplicates 0, late 0, dropped 0, ignored 0\n',
  })
})

test('what cannot be read is told in a sentence, with code 1 and nothing on the standard output', async () => {
  const cwd = folder()
  const run = await ended(['missing.irc'], { cwd })
  expect(run).toMatchObject({ code: 1, answered: '' })
  expect(run.printed).toContain('"missing.irc" does not exist.')
  expect(run.printed).not.toContain('    at ')
})

test('no file is wrong use', async () => {
  const run = await ended([], { cwd: folder() })
  expect(run.code).toBe(2)
  expect(run.printed).toContain('needs <file or ->')
  expect((await ended(['-', '-'], { cwd: folder() })).code).toBe(2)
})

test('the data of a running product are refused with code 2', async () => {
  const cwd = folder()
  const file = join(cwd, 'chat.irc')
  writeFileSync(file, worldLines({ seed: SEED, seconds: 5 }).join('\n'))
  const product = startProgram(['all', '--port', '0'], {
    cwd,
    env: { SMACKTALK_SOURCE: 'twitch', SMACKTALK_TWITCH_URL: 'ws://127.0.0.1:1', SMACKTALK_CHANNELS: '' },
  })
  await product.has(/Open (http:\S+)/)
  const run = await ended([file], { cwd })
  expect(run).toMatchObject({ code: 2, answered: '' })
  expect(run.printed).toMatch(/is in use by the process \d+/)
  product.child.kill('SIGTERM')
  expect(await product.ended()).toBe(0)
})

test('Ctrl-C ends it with code 1 and says how to go on', async () => {
  const cwd = folder()
  const file = join(cwd, 'chat.irc')
  writeFileSync(file, worldLines({ seed: SEED, seconds: 2_400, messagesPerSecond: 60 }).join('\n'))
  const program = startProgram(['import', file], { cwd })
  await program.has(/Importing/)
  await sleep(100)
  program.child.kill('SIGINT')
  expect(await program.ended(), program.printed()).toBe(1)
  expect(program.printed()).toMatch(/interrupted after line \d+\.\nRun the same command again/)
  expect(program.answered()).toBe('')
})
