/**
 * The real group on a real Kafka and a Cassandra of its own, started by mini-marathon from the files as they are, with
 * a chat whose every message is known.
 */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StatusAnswer } from '@smacktalk/contract'
import { type LocalServer, startCassandra } from '@smacktalk/local-cluster'
import { MachineError, MiniMarathon, openRest } from '@smacktalk/mini-marathon'
import { clusterUnderTest } from '../support/cluster-under-test.ts'
import { countedMinutes } from '../support/counted-minutes.ts'
import { eventually } from '../support/eventually.ts'
import { type LiveWatcher, watchLive } from '../support/live-watcher.ts'
import { NumberedChat } from '../support/numbered-chat.ts'
import { Random } from '../support/random.ts'
import { askApi } from '../support/start-program.ts'
import { dropTopics } from '../support/start-roles.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ROOT } from '../tidy/tree.ts'
import { type GroupFile, group, jobNamed } from './marathon-files.ts'

const CHANNELS = ['ash_den', 'bay_den'] as const
/** Checks as written take seconds, and a busy machine starts Node slowly. */
const PATIENCE = { withinMs: 120_000, everyMs: 100 }

export interface TaskView {
  readonly id: string
  readonly appId: string
  readonly pid: number
  readonly ports: readonly number[]
  readonly startedAt: string
}

interface AppView {
  readonly id: string
  readonly instances: number
  readonly tasksRunning: number
  readonly tasksHealthy: number
  readonly tasksStaged: number
}

export interface GroupWorld extends AsyncDisposable {
  readonly chat: NumberedChat
  readonly cassandra: LocalServer
  /** The gateways' one address, as behind the load balancer. */
  readonly url: string
  /** When frames with something newer came, epoch ms. */
  readonly shown: readonly number[]
  readonly said: readonly string[]
  /** Sends a request to the REST interface; rejects unless the answer is 200. */
  rest<T>(method: string, path: string, body?: unknown): Promise<T>
  tasks(app?: string): Promise<readonly TaskView[]>
  /** Status of a task's `/readyz` or `/healthz`. */
  status(task: TaskView, path: string): Promise<number>
  /** Every deployment is done and every app has its instances, healthy. */
  settled(): Promise<void>
  /** Everything that was said is counted, by minute and in the account. Nothing new is said any more. */
  allCounted(): Promise<void>
}

export async function openGroupWorld(options: {
  readonly seed: number
  readonly messagesPerSecond: number
}): Promise<GroupWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(temporaryFolder(), (used) => used[Symbol.dispose]())
  const directory = join(folder.path, 'marathon')
  mkdirSync(directory)
  // Tasks run as nobody, who has to get through to their sandboxes.
  for (const path of [folder.path, directory]) chmodSync(path, 0o755)
  const { kafka } = clusterUnderTest()
  const topicPrefix = `test-marathon-${process.pid}.`
  const cassandra = stack.use(await startCassandra({ directory: folder.path }))
  const chat = stack.use(
    await NumberedChat.start({
      channels: CHANNELS,
      random: new Random(options.seed),
      messagesPerSecond: options.messagesPerSecond,
      againMs: 5_000,
    }),
  )
  stack.defer(() => dropTopics(kafka, topicPrefix))
  const said: string[] = []
  const marathon = await openMarathon(stack, {
    directory,
    checkout: ROOT,
    servicePorts: 'free',
    say: (line) => said.push(line),
    overlay: {
      replace: {},
      set: {
        SMACKTALK_KAFKA_BROKERS: kafka,
        SMACKTALK_KAFKA_REPLICATION: '1',
        SMACKTALK_KAFKA_TOPIC_PREFIX: topicPrefix,
        SMACKTALK_KAFKA_PARTITIONS: '8',
        SMACKTALK_CASSANDRA_CONTACT_POINTS: cassandra.address,
        SMACKTALK_CASSANDRA_REPLICATION: '1',
        SMACKTALK_TWITCH_URL: chat.url,
        SMACKTALK_CHANNELS: CHANNELS.join(','),
      },
    },
  })
  const { url } = stack.use(await openRest(marathon, 0))
  const context = (): string => said.slice(-40).join('\n')
  await marathon.runJob(jobNamed('smacktalk.migrate'), AbortSignal.timeout(PATIENCE.withinMs))

  async function rest<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  async function settled(): Promise<void> {
    await eventually(
      'all is healthy',
      async () => {
        const { apps } = await rest<{ apps: AppView[] }>('GET', '/v2/apps')
        const deployments = await rest<unknown[]>('GET', '/v2/deployments')
        return (
          deployments.length === 0 &&
          apps.every(({ instances, tasksHealthy, tasksRunning, tasksStaged }) => {
            return tasksHealthy === instances && tasksRunning === instances && tasksStaged === 0
          })
        )
      },
      { ...PATIENCE, context },
    )
  }

  async function tasks(app?: string): Promise<readonly TaskView[]> {
    const { apps } = await rest<{ apps: AppView[] }>('GET', '/v2/apps')
    const ids = apps.map(({ id }) => id).filter((id) => app === undefined || id === `/smacktalk/${app}`)
    const lists = await Promise.all(
      ids.map((id) => rest<{ tasks: TaskView[] }>('GET', `/v2/apps${id}/tasks`)),
    )
    return lists.flatMap((list) => list.tasks)
  }

  await rest('PUT', '/v2/groups', group satisfies GroupFile)
  await settled()
  const [servicePort] = marathon.record('/smacktalk/gateway').servicePorts
  const pages = `http://127.0.0.1:${servicePort?.port}`
  const shown: number[] = []
  let newest = ''
  const watcher: LiveWatcher = stack.use(
    watchLive(pages, { overview: true }, ({ asOf }, atMs) => {
      if (asOf === null || asOf <= newest) return
      newest = asOf
      shown.push(atMs)
    }),
  )
  await eventually('the page moves', () => watcher.frames > 3, { ...PATIENCE, context })

  async function allCounted(): Promise<void> {
    await chat.fallSilent()
    await eventually(
      `all of ${chat.messages} messages are counted, once`,
      async () => {
        const ask = <T>(path: string): Promise<T> => askApi<T>(pages, path)
        const { account } = await ask<StatusAnswer>('/status')
        if (account.messages !== chat.messages) throw new Error(`${account.messages} in the account`)
        for (const channel of CHANNELS) {
          const minutes = chat.minutesOf(channel)
          const counted = await countedMinutes({ ask }, channel, minutes)
          const wrong = [...minutes].filter(([minute, messages]) => counted.get(minute) !== messages)
          if (wrong.length > 0 || counted.size !== minutes.size) throw new Error(`${channel} is not right`)
        }
        return true
      },
      { ...PATIENCE, context },
    )
  }

  const opened = stack.move()
  return {
    chat,
    cassandra,
    url: pages,
    shown,
    said,
    rest,
    tasks,
    settled,
    allCounted,
    async status({ ports }, path) {
      return (await fetch(`http://127.0.0.1:${ports[0]}${path}`)).status
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** As nobody where that is possible; where it is not, says so aloud and runs the tasks as we are. */
async function openMarathon(
  stack: AsyncDisposableStack,
  options: Parameters<typeof MiniMarathon.open>[0],
): Promise<MiniMarathon> {
  const marathon = stack.use(await MiniMarathon.open(options))
  if (process.getuid?.() !== 0) {
    console.warn('NOT TESTED HERE: tasks do not run as nobody, for which the tests have to run as root')
    return marathon
  }
  try {
    marathon.requireUser('nobody')
    return marathon
  } catch (error) {
    if (!(error instanceof MachineError)) throw error
    console.warn(`NOT TESTED HERE: tasks do not run as nobody. ${error.message}`)
    return stack.use(await MiniMarathon.open({ ...options, keepUser: true }))
  }
}

/** Peak memory in MB and processor seconds so far; null where the system does not tell. */
export function used(pid: number): { readonly megabytes: number; readonly cpuSeconds: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    const megabytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024
    // User and system time, in hundredths of a second on every Linux.
    return { megabytes, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 }
  } catch {
    // Only Linux has these files.
    return null
  }
}
