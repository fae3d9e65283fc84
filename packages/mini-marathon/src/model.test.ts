import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  afterFailure,
  isSettled,
  isUp,
  judged,
  NO_BACKOFF,
  nextActions,
  type Standing,
  type Task,
  UNKNOWN_VITALS,
} from './model.ts'

type App = Standing['app']

const APP: App = {
  configuration: 'new',
  instances: 2,
  minimumHealthCapacity: 0.5,
  maximumOverCapacity: 0,
  killOldestFirst: false,
}

function task(id: string, configuration: string, rest: Partial<Task> = {}): Task {
  return {
    id,
    configuration,
    startedAtMs: Number(id),
    isHealthy: true,
    isReady: true,
    isStopping: false,
    ...rest,
  }
}

/** `2 launches, 1 2 stop` */
function told(app: Partial<App>, tasks: readonly Task[], mayLaunchAtMs = 0): string {
  const actions = nextActions({ app: { ...APP, ...app }, tasks, mayLaunchAtMs }, 1_000)
  const launches = actions.filter(({ kind }) => kind === 'launch').length
  const stops = actions.flatMap((action) => (action.kind === 'stop' ? [action.taskId] : []))
  return `${launches} launches, ${stops.join(' ') || 'none'} stop`
}

test('as many start as are wanted, and none while the app backs off', () => {
  expect(told({}, [])).toBe('2 launches, none stop')
  expect(told({}, [], 1_001)).toBe('0 launches, none stop')
  expect(told({ instances: 3 }, [task('1', 'new')])).toBe('2 launches, none stop')
})

test('the youngest go when fewer are wanted, those that are not up before all others', () => {
  const three = [task('1', 'new'), task('2', 'new'), task('3', 'new')]
  expect(told({ instances: 1 }, three)).toBe('0 launches, 3 2 stop')
  expect(told({ instances: 1, killOldestFirst: true }, three)).toBe('0 launches, 1 2 stop')
  expect(told({ instances: 2 }, [task('1', 'new', { isHealthy: false }), ...three.slice(1)])).toBe(
    '0 launches, 1 stop',
  )
})

test('with 0.5 and 0 two are replaced one by one, and never are there three', () => {
  expect(told({}, [task('1', 'old'), task('2', 'old')])).toBe('0 launches, 2 stop')
  expect(told({}, [task('1', 'old'), task('2', 'old', { isStopping: true })])).toBe('0 launches, none stop')
  expect(told({}, [task('1', 'old')])).toBe('1 launches, none stop')
  expect(told({}, [task('1', 'old'), task('3', 'new', { isHealthy: false })])).toBe('0 launches, none stop')
  expect(told({}, [task('1', 'old'), task('3', 'new', { isReady: false })])).toBe('0 launches, none stop')
  expect(told({}, [task('1', 'old'), task('3', 'new')])).toBe('0 launches, 1 stop')
})

test('with 0 and 0 the old one is gone before the new one starts', () => {
  const one = { instances: 1, minimumHealthCapacity: 0 }
  expect(told(one, [task('1', 'old')])).toBe('0 launches, 1 stop')
  expect(told(one, [task('1', 'old', { isStopping: true })])).toBe('0 launches, none stop')
  expect(told(one, [])).toBe('1 launches, none stop')
})

test('with 0.5 and 0 a single one is replaced by way of a surplus task, as Marathon does', () => {
  const one = { instances: 1 }
  expect(told(one, [task('1', 'old')])).toBe('1 launches, none stop')
  expect(told(one, [task('1', 'old'), task('2', 'new')])).toBe('0 launches, 1 stop')
})

test('with 1 and 1 all new ones start beside the old ones', () => {
  const both = { minimumHealthCapacity: 1, maximumOverCapacity: 1 }
  expect(told(both, [task('1', 'old'), task('2', 'old')])).toBe('2 launches, none stop')
})

/** Plays an upgrade to its end: what is told is done, and what was started comes up, or dies, when chance says so. */
test('whatever the strategy and whatever dies, an upgrade ends, keeps what it promises, and never runs too many', () => {
  const world = fc.record({
    before: fc.integer({ min: 0, max: 5 }),
    instances: fc.integer({ min: 0, max: 5 }),
    minimumHealthCapacity: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
    maximumOverCapacity: fc.constantFrom(0, 0.25, 0.5, 1),
    killOldestFirst: fc.boolean(),
    chances: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 300, maxLength: 300 }),
  })
  fc.assert(
    fc.property(world, ({ before, chances, ...strategy }) => {
      const app = { ...APP, ...strategy }
      let tasks = Array.from({ length: before }, (_, index) => task(String(index), 'old'))
      let number = before
      const upAtLeast = Math.ceil(app.instances * app.minimumHealthCapacity)
      // One more where nothing could ever be replaced otherwise.
      const most = Math.max(before, Math.floor(app.instances * (1 + app.maximumOverCapacity)) + 1)
      for (const chance of [...chances, ...Array.from({ length: 200 }, () => 0)]) {
        const standing = { app, tasks, mayLaunchAtMs: 0 }
        const actions = nextActions(standing, 0)
        for (const action of actions) {
          if (action.kind === 'launch') {
            number += 1
            tasks.push(task(String(number), 'new', { isHealthy: false, isReady: false }))
          } else {
            tasks = tasks.map((one) => (one.id === action.taskId ? { ...one, isStopping: true } : one))
          }
        }
        const stopped = actions.filter(({ kind }) => kind === 'stop').length
        if (stopped > 0) {
          // An old one counts as up until it is told to go: it was there before the upgrade.
          const staying = tasks.filter((one) => isUp(one) || (one.configuration === 'old' && !one.isStopping))
          expect(staying.length).toBeGreaterThanOrEqual(Math.min(upAtLeast, app.instances))
        }
        expect(tasks.length).toBeLessThanOrEqual(most)
        const chosen = tasks[chance % Math.max(1, tasks.length)]
        if (chosen?.isStopping === true || (chance > 90 && chosen !== undefined)) {
          tasks = tasks.filter((one) => one !== chosen)
        } else if (chosen !== undefined) {
          tasks = tasks.map((one) => (one === chosen ? { ...one, isHealthy: true, isReady: true } : one))
        }
        // Toward the end nobody dies any more, and everybody's turn comes.
        tasks.push(...tasks.splice(0, 1))
      }
      expect(isSettled({ app, tasks })).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('the wait doubles as the factor says up to its end, and begins anew after a long life', () => {
  const app = { backoffMs: 1_000, backoffFactor: 2, maxLaunchDelayMs: 3_000 }
  const first = afterFailure(NO_BACKOFF, app, { nowMs: 0, healthyForMs: 0 })
  const second = afterFailure(first, app, { nowMs: 5_000, healthyForMs: 100 })
  const third = afterFailure(second, app, { nowMs: 10_000, healthyForMs: 0 })
  expect([first, second, third]).toEqual([
    { delayMs: 1_000, untilMs: 1_000 },
    { delayMs: 2_000, untilMs: 7_000 },
    { delayMs: 3_000, untilMs: 13_000 },
  ])
  expect(afterFailure(third, app, { nowMs: 0, healthyForMs: 4_001 }).delayMs).toBe(1_000)
})

test('failures count after the grace period or the first good answer, and a good answer clears them', () => {
  const check = { graceMs: 1_000, maxConsecutiveFailures: 2 }
  const bad = (ageMs: number) => ({ ok: false, ageMs })
  const early = judged(UNKNOWN_VITALS, check, bad(999))
  expect(early).toEqual({ vitals: UNKNOWN_VITALS, kill: false })
  const one = judged(early.vitals, check, bad(1_000))
  expect(one.kill).toBe(false)
  expect(judged(one.vitals, check, bad(2_000)).kill).toBe(true)
  const good = judged(one.vitals, check, { ok: true, ageMs: 500 })
  expect(good.vitals).toEqual({ isHealthy: true, wasHealthy: true, failures: 0 })
  expect(judged(good.vitals, check, bad(600)).vitals.failures).toBe(1)
  expect(judged(good.vitals, { ...check, maxConsecutiveFailures: 0 }, bad(600)).kill).toBe(true)
})
