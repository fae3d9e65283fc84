/** Is the process alive, and can it serve? Kept apart from how it is asked (health-server.ts). */
import type { Clock } from '@smacktalk/ports'
import type { Metrics } from './metrics.ts'

export interface WatchedLoop extends Disposable {
  /** The loop came round. */
  tick(): void
}

export interface Condition extends Disposable {
  met(): void
  /** Why it does not hold, for the person who asks. */
  unmet(reason: string): void
}

export interface HealthAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** Loops that must come round and conditions that must hold; each ends with its scope. */
export class Health {
  readonly #clock: Clock
  readonly #loops = new Map<symbol, { name: string; silenceMsMax: number; tickedAt: number }>()
  readonly #conditions = new Map<symbol, { name: string; reason: string | null }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A loop that comes round at least every `silenceMsMax`; silent for longer means not alive. */
  loop(name: string, silenceMsMax: number): WatchedLoop {
    const key = Symbol(name)
    const entry = { name, silenceMsMax, tickedAt: this.#clock.now() }
    this.#loops.set(key, entry)
    return {
      tick: () => {
        entry.tickedAt = this.#clock.now()
      },
      [Symbol.dispose]: () => {
        this.#loops.delete(key)
      },
    }
  }

  /** Something that must hold before the process can serve; unmet until said otherwise. */
  condition(name: string, reason = 'not started yet'): Condition {
    const key = Symbol(name)
    const entry: { name: string; reason: string | null } = { name, reason }
    this.#conditions.set(key, entry)
    return {
      met: () => {
        entry.reason = null
      },
      unmet: (why) => {
        entry.reason = why
      },
      [Symbol.dispose]: () => {
        this.#conditions.delete(key)
      },
    }
  }

  /** What stands still, one sentence each. */
  faults(): string[] {
    const nowMs = this.#clock.now()
    return [...this.#loops.values()]
      .filter(({ tickedAt, silenceMsMax }) => nowMs - tickedAt > silenceMsMax)
      .map(({ name, tickedAt }) => `${name} has not come round for ${nowMs - tickedAt} ms`)
  }

  /** What keeps it from serving, one sentence each. */
  obstacles(): string[] {
    return [...this.#conditions.values()].flatMap(({ name, reason }) =>
      reason === null ? [] : [`${name}: ${reason}`],
    )
  }

  /** The answer to `/healthz`: alive, whatever the world outside does. */
  live(): HealthAnswer {
    return answer(this.faults(), 'alive')
  }

  /** The answer to `/readyz`: alive and able to serve. */
  ready(): HealthAnswer {
    return answer([...this.faults(), ...this.obstacles()], 'ready')
  }
}

export const HEALTH_PATHS = ['/healthz', '/readyz', '/metrics'] as const
export type HealthPath = (typeof HEALTH_PATHS)[number]

export function isHealthPath(path: string): path is HealthPath {
  return (HEALTH_PATHS as readonly string[]).includes(path)
}

/** The three answers every role gives, for any HTTP server. */
export async function healthAnswer(
  path: HealthPath,
  health: Health,
  metrics: Metrics,
): Promise<HealthAnswer> {
  switch (path) {
    case '/healthz':
      return health.live()
    case '/readyz':
      return health.ready()
    case '/metrics':
      return { status: 200, contentType: metrics.contentType, body: await metrics.text() }
  }
}

function answer(reasons: readonly string[], good: string): HealthAnswer {
  const ok = reasons.length === 0
  const body = JSON.stringify(ok ? { status: good } : { status: `not ${good}`, reasons })
  return { status: ok ? 200 : 503, contentType: 'application/json; charset=utf-8', body: `${body}\n` }
}
