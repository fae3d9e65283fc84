import { expect, test } from 'vitest'
import { leastOfThirds } from './page-memory.ts'
import { readTrace } from './page-trace.ts'

const PAGE = { pid: 1, tid: 1 }
const RASTER = { pid: 1, tid: 2 }
const OTHER_PAGE = { pid: 2, tid: 1 }
const SCREEN = { pid: 3, tid: 9 }
const BROWSER = { pid: 3, tid: 1 }

const named = (thread: typeof PAGE, name: string) => ({
  ...thread,
  name: 'thread_name',
  ph: 'M',
  ts: 0,
  args: { name },
})

/** An event in ms that the machine gave half of its time to. */
const event = (thread: typeof PAGE, name: string, startMs: number, ms: number) => ({
  ...thread,
  name,
  ph: 'X',
  ts: startMs * 1_000,
  dur: ms * 1_000,
  tdur: ms * 500,
})

const THREADS = [
  named(PAGE, 'CrRendererMain'),
  named(OTHER_PAGE, 'CrRendererMain'),
  named(RASTER, 'ThreadPoolForegroundWorker'),
  named(SCREEN, 'VizCompositorThread'),
  named(BROWSER, 'CrBrowserMain'),
]

test('a task has its time by the clock and its CPU time, and its parts are told apart', () => {
  const trace = readTrace([
    ...THREADS,
    event(PAGE, 'RunTask', 0, 60),
    event(PAGE, 'FunctionCall', 10, 40),
    event(PAGE, 'Layout', 20, 10),
    event(PAGE, 'Unheard', 21, 2),
    event(OTHER_PAGE, 'RunTask', 0, 5),
  ])
  expect(trace.tasks).toEqual([{ startMs: 0, ms: 60, cpuMs: 30 }])
  expect(trace.mainMs).toEqual({ script: 15, layout: 5, paint: 0, garbage: 0, rest: 10 })
})

test('what draws counts elsewhere, other pages and the rest of the browser do not', () => {
  const trace = readTrace([
    ...THREADS,
    event(PAGE, 'RunTask', 0, 40),
    event(RASTER, 'ThreadPool_RunTask', 0, 8),
    event(SCREEN, 'RunTask', 0, 4),
    event(OTHER_PAGE, 'RunTask', 0, 20),
    event(BROWSER, 'RunTask', 0, 20),
  ])
  expect(trace.elsewhereMs).toBe(6)
})

test('a frame has the work from its callbacks to those of the next, however many callbacks there are', () => {
  const trace = readTrace([
    ...THREADS,
    event(PAGE, 'RunTask', 0, 2),
    event(PAGE, 'RunTask', 10, 4),
    event(PAGE, 'FireAnimationFrame', 11, 1),
    event(PAGE, 'FireAnimationFrame', 12, 1),
    event(PAGE, 'RunTask', 15, 6),
    event(PAGE, 'RunTask', 26, 2),
    event(PAGE, 'FireAnimationFrame', 27, 1),
    event(PAGE, 'RunTask', 43, 2),
    event(PAGE, 'FireAnimationFrame', 44, 1),
  ])
  expect(trace.frameCpuMs).toEqual([1, 5])
})

test('a trace without a page is an error', () => {
  expect(() => readTrace([named(BROWSER, 'CrBrowserMain')])).toThrow('no main thread')
})

test('of each third of the looks the least memory tells', () => {
  const look = (heapMb: number) => ({ atSeconds: 0, heapMb, nodes: 1, listeners: 1 })
  expect(leastOfThirds([9, 7, 8, 7.5, 9, 9, 8].map(look))).toEqual([7, 7.5, 8])
})
