import { expect, test } from 'vitest'
import { readApp } from './definition.ts'
import { idsOf, planSteps } from './deployment.ts'

function app(name: string, dependencies: readonly string[] = [], rest: object = {}) {
  return readApp({ id: `/g/${name}`, args: ['node'], dependencies, ...rest })
}

const db = app('db', ['/outside'])
const job = app('job', ['/g/db'])
const page = app('page', ['/g/job', '/g/db'])

test('what is needed comes first; what is outside is not waited for', () => {
  const steps = planSteps([], [page, job, db])
  expect(steps.map((step) => idsOf([step]))).toEqual([['/g/db'], ['/g/job'], ['/g/page']])
})

test('what is not wanted any more goes first, dependents before what they need', () => {
  const steps = planSteps([db, job, page], [app('new')])
  expect(steps.map((step) => idsOf([step]))).toEqual([['/g/page'], ['/g/job'], ['/g/db'], ['/g/new']])
  expect(steps.map(({ kind }) => kind)).toEqual(['remove', 'remove', 'remove', 'reach'])
})

test('only what is new or changed is touched', () => {
  expect(planSteps([db, job, page], [db, job, page])).toEqual([])
  const more = app('job', ['/g/db'], { instances: 3 })
  expect(more.configuration).toBe(job.configuration)
  expect(idsOf(planSteps([db, job, page], [db, more, page]))).toEqual(['/g/job'])
  const other = app('job', ['/g/db'], { env: { A: '1' } })
  expect(other.configuration).not.toBe(job.configuration)
})

test('a circle is refused', () => {
  expect(() => planSteps([], [app('a', ['/g/b']), app('b', ['/g/a'])])).toThrow('need each other')
})
