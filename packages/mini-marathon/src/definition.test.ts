import { expect, test } from 'vitest'
import { readApp, readGroup, readJob } from './definition.ts'

const APP = { id: '/g/a', args: ['node'] }

test('what is not said is as in Marathon 1.11', () => {
  expect(readApp(APP)).toMatchObject({
    instances: 1,
    minimumHealthCapacity: 1,
    maximumOverCapacity: 1,
    backoffMs: 1_000,
    backoffFactor: 1.15,
    maxLaunchDelayMs: 300_000,
    killGraceMs: 3_000,
    healthCheck: null,
    readinessCheck: null,
  })
  const ports = { container: { portMappings: [{ containerPort: 1 }] } }
  expect(readApp({ ...APP, ...ports, healthChecks: [{ protocol: 'MESOS_HTTP' }] }).healthCheck).toEqual({
    path: '/',
    portIndex: 0,
    delayMs: 15_000,
    graceMs: 300_000,
    intervalMs: 60_000,
    timeoutMs: 20_000,
    maxConsecutiveFailures: 3,
  })
})

test.each([
  [{ ...APP, id: 'a' }, 'absolute id'],
  [{ ...APP, id: '/g/A' }, 'absolute id'],
  [{ ...APP, args: [] }, 'args of /g/a is empty'],
  [{ id: '/g/a', cmd: 'node' }, 'only args'],
  [{ ...APP, instances: 51 }, '0 to 50'],
  [{ ...APP, instances: 1.5 }, '0 to 50'],
  [{ ...APP, env: { A: 1 } }, 'A in env of /g/a is no text'],
  [{ ...APP, healthChecks: [{ protocol: 'TCP' }] }, 'only MESOS_HTTP'],
  [{ ...APP, healthChecks: [{ protocol: 'MESOS_HTTP' }] }, 'portIndex'],
  [{ ...APP, readinessChecks: [{ portName: 'x' }] }, 'no port is x'],
  [{ ...APP, backoffSeconds: -1 }, 'backoffSeconds'],
  ['text', 'no object'],
])('an app that cannot be run is refused with its reason: %j', (app, reason) => {
  expect(() => readApp(app)).toThrow(reason)
})

test('a group holds its apps directly, each once', () => {
  expect(readGroup({ id: '/g', apps: [APP] }).apps).toHaveLength(1)
  expect(() => readGroup({ id: '/h', apps: [APP] })).toThrow('not directly in /h')
  expect(() => readGroup({ id: '/g', apps: [APP, APP] })).toThrow('twice')
})

test('a job needs an id and a run', () => {
  expect(() => readJob({ run: {} })).toThrow('id of the job')
  expect(() => readJob({ id: 'a' })).toThrow('run of a')
})
