/**
 * What a page did over a stretch of time, from the browser's own trace. The main thread runs what we wrote and what
 * follows from it (style, layout, recording the paint); everything else (raster, composing and, without a graphics
 * card, the drawing of it in software) is on other threads and depends on the machine.
 */
import type { Browser, Page } from 'playwright-core'

/** A task of the main thread. `cpuMs` leaves out the time in which the machine did something else. */
export interface Task {
  readonly startMs: number
  readonly ms: number
  readonly cpuMs: number
}

export interface Trace {
  /** Of the main thread of the page, in order. */
  readonly tasks: readonly Task[]
  /** CPU time of the main thread by kind of work, ms. */
  readonly mainMs: Readonly<Record<Work, number>>
  /** CPU time of all other threads of the page and of those that draw for it, ms. */
  readonly elsewhereMs: number
  /** CPU time of the main thread from one animation frame to the next, ms, ascending; needs a page that asks for frames. */
  readonly frameCpuMs: readonly number[]
}

export type Work = 'script' | 'layout' | 'paint' | 'garbage' | 'rest'

/** What the trace calls them; the innermost of these that an event lies in decides. */
const WORK: Readonly<Record<string, Work>> = {
  FunctionCall: 'script',
  EvaluateScript: 'script',
  TimerFire: 'script',
  FireAnimationFrame: 'script',
  EventDispatch: 'script',
  RunMicrotasks: 'script',
  'v8.compile': 'script',
  ParseHTML: 'layout',
  UpdateLayoutTree: 'layout',
  Layout: 'layout',
  PrePaint: 'paint',
  Paint: 'paint',
  Layerize: 'paint',
  Commit: 'paint',
  MinorGC: 'garbage',
  MajorGC: 'garbage',
  RunTask: 'rest',
}

const CATEGORIES = ['-*', 'toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8']
/** Threads of the browser's process that draw. */
const DRAWING = new Set(['VizCompositorThread', 'Chrome_InProcGpuThread', 'CrGpuMain'])

/** An event of the trace format; times in µs. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** Traces the page while `during` runs; some seconds at most, or the browser's memory for it overflows. */
export async function traced(browser: Browser, page: Page, during: () => Promise<void>): Promise<Trace> {
  await browser.startTracing(page, { categories: CATEGORIES })
  await during()
  const bytes = await browser.stopTracing()
  const { traceEvents } = JSON.parse(bytes.toString()) as { traceEvents: TraceEvent[] }
  return readTrace(traceEvents)
}

/** Of several pages the busiest is meant. */
export function readTrace(events: readonly TraceEvent[]): Trace {
  const threadName = new Map<string, string>()
  for (const event of events) {
    if (event.name === 'thread_name') threadName.set(threadOf(event), event.args?.name ?? '')
  }
  const complete = events.filter(({ ph }) => ph === 'X')
  const cpuByThread = new Map<string, number>()
  for (const event of complete) {
    if (event.name !== 'RunTask') continue
    const thread = threadOf(event)
    cpuByThread.set(thread, (cpuByThread.get(thread) ?? 0) + cpuMsOf(event))
  }
  const [main] = [...cpuByThread]
    .filter(([thread]) => threadName.get(thread) === 'CrRendererMain')
    .sort(([, a], [, b]) => b - a)
  if (main === undefined) throw new Error('The trace of the browser holds no main thread of a page.')
  const [mainThread] = main
  const process = mainThread.split(':')[0]
  const onMain = complete
    .filter((event) => threadOf(event) === mainThread)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const tasks = onMain
    .filter(({ name }) => name === 'RunTask')
    .map((event) => ({ startMs: event.ts / 1_000, ms: (event.dur ?? 0) / 1_000, cpuMs: cpuMsOf(event) }))
  return {
    tasks,
    mainMs: workOf(onMain),
    elsewhereMs: elsewhere(complete, threadName, mainThread, process ?? ''),
    frameCpuMs: perFrame(onMain, tasks),
  }
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}:${tid}`
}

function cpuMsOf({ tdur = 0 }: TraceEvent): number {
  return tdur / 1_000
}

/** Time of each event without that of the known ones in it, added up by kind. */
function workOf(events: readonly TraceEvent[]): Record<Work, number> {
  const sums: Record<Work, number> = { script: 0, layout: 0, paint: 0, garbage: 0, rest: 0 }
  const open: { end: number; work: Work }[] = []
  for (const event of events) {
    const work = WORK[event.name]
    if (work === undefined) continue
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= event.ts) open.pop()
    const around = open.at(-1)
    sums[work] += cpuMsOf(event)
    if (around !== undefined) sums[around.work] -= cpuMsOf(event)
    open.push({ end: event.ts + (event.dur ?? 0), work })
  }
  return sums
}

function elsewhere(
  events: readonly TraceEvent[],
  threadName: ReadonlyMap<string, string>,
  mainThread: string,
  process: string,
): number {
  let sum = 0
  // Threads of the pool report their work under a name of its own.
  for (const event of events) {
    if (event.name !== 'RunTask' && event.name !== 'ThreadPool_RunTask') continue
    const thread = threadOf(event)
    if (thread === mainThread) continue
    const draws = String(event.pid) === process || DRAWING.has(threadName.get(thread) ?? '')
    if (draws) sum += cpuMsOf(event)
  }
  return sum
}

/** Frames begin with the tasks that run their callbacks, of which there may be several. */
function perFrame(events: readonly TraceEvent[], tasks: readonly Task[]): number[] {
  const fired = events.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts / 1_000)
  const sums: number[] = []
  let next = 0
  for (const { startMs, ms, cpuMs } of tasks) {
    const before = next
    while (next < fired.length && (fired[next] ?? 0) < startMs + ms) next++
    if (next > before) sums.push(0)
    const frame = sums.length - 1
    if (frame >= 0) sums[frame] = (sums[frame] ?? 0) + cpuMs
  }
  // The last one may not have ended.
  return sums.slice(0, -1).sort((a, b) => a - b)
}
