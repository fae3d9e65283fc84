/** Members of a group that are processes of their own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { KafkaSettings } from '@smacktalk/cluster'

const PROGRAM = fileURLToPath(new URL('./group-member.ts', import.meta.url))

export interface Said {
  /** Epoch ms. */
  readonly at: number
  readonly what: string
  readonly rest: readonly string[]
}

export interface GroupMember extends AsyncDisposable {
  readonly said: readonly Said[]
  /** Partitions it has open, as far as it has said. */
  readonly open: ReadonlySet<number>
  signal(name: NodeJS.Signals): void
  /** Resolves with its exit code, null after a signal. */
  readonly ended: Promise<number | null>
}

export function startMember(settings: KafkaSettings, group: string): GroupMember {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(settings), group], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Said[] = []
  const open = new Set<number>()
  createInterface(child.stdout).on('line', (line) => {
    const [at, what = '', ...rest] = line.split(' ')
    said.push({ at: Number(at), what, rest })
    if (what === 'opened') open.add(Number(rest[0]))
    if (what === 'closed') open.delete(Number(rest[0]))
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return {
    said,
    open,
    ended,
    signal: (name) => child.kill(name),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
