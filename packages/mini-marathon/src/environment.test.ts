import { expect, test } from 'vitest'
import { readApp, readJob } from './definition.ts'
import { appEnvironment, jobEnvironment } from './environment.ts'

const place = { taskId: 'g_page.1', ports: [20_001, 20_002], sandbox: '/tmp/box', path: '/node:/bin' }
const app = readApp({
  id: '/g/page',
  args: ['node'],
  container: { portMappings: [{ containerPort: 3000 }, { containerPort: 9100 }] },
  env: {
    PAGE_PORT: '3000',
    HEALTH_PORT: '9100',
    NEAR: '3001',
    LISTEN: '0.0.0.0',
    DATA: '/mnt/mesos/sandbox/data',
    OTHER: '/mnt/mesos/sandboxes',
    SERVER: 'far.example:1',
  },
})

test('ports, the address of every interface and the sandbox stand for those of the task', () => {
  const env = appEnvironment(app, place, { replace: {}, set: {} })
  expect(env).toMatchObject({
    PAGE_PORT: '20001',
    HEALTH_PORT: '20002',
    NEAR: '3001',
    LISTEN: '127.0.0.1',
    DATA: '/tmp/box/data',
    OTHER: '/mnt/mesos/sandboxes',
    PORT: '20001',
    PORT0: '20001',
    PORT1: '20002',
    PORTS: '20001,20002',
    MARATHON_APP_ID: '/g/page',
  })
})

test('an overlay replaces what is set, and sets what somebody asks for', () => {
  const env = appEnvironment(app, place, { replace: { SERVER: 'near:1', NOT_SET: 'x' }, set: { MORE: 'y' } })
  expect(env).toMatchObject({ SERVER: 'near:1', MORE: 'y' })
  expect(env).not.toHaveProperty('NOT_SET')
})

test('nothing of our own surroundings reaches a task', () => {
  const names = Object.keys(appEnvironment(app, place, { replace: {}, set: {} }))
  expect(
    names.filter(
      (name) => name in process.env && !['PATH', 'HOME', 'TMPDIR', 'HOST', 'NODE_ENV'].includes(name),
    ),
  ).toEqual([])
})

test('a job has its variables and no port', () => {
  const job = readJob({ id: 'g.make', run: { args: ['node'], env: { SERVER: 'far' } } })
  const env = jobEnvironment(job, { ...place, ports: [] }, { replace: { SERVER: 'near' }, set: {} })
  expect(env['SERVER']).toBe('near')
  expect(env).not.toHaveProperty('PORT')
})
