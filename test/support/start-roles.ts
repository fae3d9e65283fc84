/**
 * A cluster of roles for a test: each a process of its own, as its users start it, over the real Kafka and the real
 * Cassandra, with topics and a keyspace that nobody else has and that are dropped at the end.
 */
import type { Role } from '@smacktalk/contract'
// Mends kafkajs before anybody uses it.
import '@smacktalk/cluster'
import kafkajs from 'kafkajs'
import { cassandraKeyspace } from './cassandra-keyspace.ts'
import { type ClusterUnderTest, clusterUnderTest } from './cluster-under-test.ts'
import { askApi, metricIn, type Program, startProgram } from './start-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Two servers, several roles and other tests share the cores of a small machine. */
const PATIENCE_MS = 90_000

export interface RoleClusterOptions {
  /** Of letters, digits and _; part of the names of topics and keyspace. */
  readonly name: string
  /** Where roles look for the servers, as when a proxy stands in between; `direct` by default. */
  readonly servers?: ClusterUnderTest
  /** The servers themselves, where nothing stands in between; those of the test run by default. */
  readonly direct?: ClusterUnderTest
  /** Settings as variables, for every role. */
  readonly env?: Readonly<Record<string, string>>
  /** Partitions of the chat; creating few is quick. Default 8. */
  readonly partitions?: number
}

/** Disposing kills it, if it still runs, and waits for its end. */
export interface RoleProcess extends Program {
  readonly role: Role
  /** Address of health and metrics, without a slash at the end, once it is printed. */
  health(): Promise<string>
  /** Resolves when it says that it can serve. */
  ready(): Promise<void>
  /** What keeps it from serving; empty when it is ready. */
  obstacles(): Promise<readonly string[]>
  /** A figure of `/metrics` without labels. */
  metric(name: string): Promise<number>
  /** A gateway's pages, without a slash at the end, once the address is printed. */
  address(): Promise<string>
  /** A gateway's JSON answer of a path below `/api/v1`; rejects when it is not an answer with status 200. */
  ask<T>(path: string): Promise<T>
}

/** Disposing kills what still runs and drops topics and keyspace. */
export interface RoleCluster extends AsyncDisposable {
  /** The settings of all its roles, as variables. */
  readonly env: Readonly<Record<string, string>>
  readonly topicPrefix: string
  readonly keyspace: string
  /** Runs `smacktalk migrate` to its end; rejects unless it exits with 0. Gives back what it printed. */
  migrate(): Promise<string>
  /** Starts a role; returns at once. `env` is over the settings of all. */
  start(role: Role, env?: Readonly<Record<string, string>>): RoleProcess
  /** Any other command of the program, with the same settings. */
  command(words: readonly string[], env?: Readonly<Record<string, string>>): Program
}

/** Starts nothing and creates nothing yet: `migrate` does. */
export function roleCluster(options: RoleClusterOptions): RoleCluster {
  const { name, partitions = 8 } = options
  const direct = options.direct ?? clusterUnderTest()
  const servers = options.servers ?? direct
  const topicPrefix = `test-${name}-${process.pid}.`
  // Dropped without a detour, whatever stands between the roles and the servers.
  const store = cassandraKeyspace(name, direct.cassandra)
  const { keyspace } = store.settings
  const folder = temporaryFolder()
  const running = new Set<Program>()
  const env = {
    SMACKTALK_BACKEND: 'cluster',
    SMACKTALK_SOURCE: 'twitch',
    SMACKTALK_KAFKA_BROKERS: servers.kafka,
    SMACKTALK_KAFKA_TOPIC_PREFIX: topicPrefix,
    SMACKTALK_KAFKA_PARTITIONS: String(partitions),
    SMACKTALK_CASSANDRA_CONTACT_POINTS: servers.cassandra,
    SMACKTALK_CASSANDRA_KEYSPACE: keyspace,
    SMACKTALK_LOG_LEVEL: 'warn',
    PORT: '0',
    ...options.env,
  }

  function command(words: readonly string[], own: Readonly<Record<string, string>> = {}): Program {
    const program = startProgram({
      words,
      cwd: folder.path,
      env: { ...env, ...own },
      name: `the ${words[0]}`,
      patienceMs: PATIENCE_MS,
    })
    running.add(program)
    const gone = (): boolean => running.delete(program)
    program.ended.then(gone, gone)
    return program
  }

  return {
    env,
    topicPrefix,
    keyspace,
    command,
    async migrate() {
      await using migration = command(['migrate'])
      const { code } = await migration.ended
      if (code !== 0) throw new Error(`migrate ended with ${code}.\n${migration.context()}`)
      return migration.printed()
    },
    start: (role, own) => roleProcess(role, command([role], own)),
    async [Symbol.asyncDispose]() {
      for (const program of [...running]) await program[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
      await dropTopics(direct.kafka, topicPrefix)
      // That of the demo world, if it was shown.
      await store.cql(`DROP KEYSPACE IF EXISTS ${keyspace}_demo`)
      await store[Symbol.asyncDispose]()
    },
  }
}

function roleProcess(role: Role, program: Program): RoleProcess {
  async function printed(what: string, pattern: RegExp): Promise<string> {
    const found = await program.waitFor(`the ${role} prints ${what}`, () => pattern.exec(program.printed()))
    return `http://127.0.0.1:${found[1]}`
  }
  const health = () => printed('where its health is', /Health and metrics: http:\/\/\S+?:(\d+)\//)
  const address = () => printed('its address', /Open http:\/\/\S+:(\d+)/)

  async function obstacles(): Promise<string[]> {
    const answer = await fetch(`${await health()}/readyz`)
    const body = (await answer.json()) as { readonly reasons?: readonly string[] }
    return answer.status === 200 ? [] : [...(body.reasons ?? ['no reason given'])]
  }

  return {
    ...program,
    role,
    health,
    address,
    obstacles,
    async ready() {
      await program.waitFor(`the ${role} is ready`, async () => (await obstacles()).length === 0 || null)
    },
    metric: async (name) => metricIn(await (await fetch(`${await health()}/metrics`)).text(), name),
    ask: async <T>(path: string) => askApi<T>(await address(), path),
  }
}

/** Deletes every topic of a prefix and the offsets of its groups. */
export async function dropTopics(brokers: string, prefix: string): Promise<void> {
  const kafka = new kafkajs.Kafka({
    clientId: 'test',
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  await admin.connect()
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId)
    const own = groups.filter((group) => group.startsWith(prefix))
    // A group whose last member was killed has one for as long as its session lasts; Kafka forgets it by itself.
    if (own.length > 0) await admin.deleteGroups(own).catch(() => undefined)
  } finally {
    await admin.disconnect()
  }
}
