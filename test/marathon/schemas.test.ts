/** Every file fits what Marathon of two generations, Metronome and the DC/OS packages take. */
import { describe, expect, test } from 'vitest'
import * as schemas from '../support/schemas.ts'
import { sharedFile } from '../support/shared-data.ts'
import { apps, group, jobNamed, jobs, packageOptions } from './marathon-files.ts'

const folder = sharedFile('marathon-schema')

describe.skipIf(folder === null)('by the schemas of their projects', () => {
  const at = (path: string): string => `${folder}/${path}`
  // Not read when the folder is missing: the callback runs then too.
  const checks = folder === null ? null : openChecks(at)

  test.each(apps)('$path is an app of Marathon 1.11 and of 1.7', ({ content }) => {
    expect(checks?.app111(content)).toEqual([])
    expect(checks?.app17(content)).toEqual([])
  })

  test('marathon/group.json is a group of Marathon 1.11 and of 1.7', () => {
    expect(checks?.group111(group)).toEqual([])
    expect(checks?.group17(group)).toEqual([])
  })

  test.each(jobs)('$path is a job of Metronome', ({ content }) => {
    expect(checks?.job(content)).toEqual([])
  })

  test.each(packageOptions)('$path holds options of its package', ({ path, content }) => {
    const name = /([a-z-]+)-options\.json$/.exec(path)?.[1]
    expect(schemas.packageOptions(at(`universe-packages/${name}.config.json`))(content)).toEqual([])
  })

  test('a misspelt key, a wrong operator and a mistyped option are told', () => {
    const [first] = apps
    expect(checks?.app111({ ...first?.content, healthCheck: [] })).toHaveLength(1)
    expect(checks?.app17({ ...first?.content, constraints: [['hostname', 'SPREAD']] })).not.toEqual([])
    expect(checks?.app17({ ...first?.content, cmd: 'node' })).not.toEqual([])
    const { disk: _, ...run } = jobNamed('smacktalk.migrate').run
    expect(checks?.job({ id: 'smacktalk.migrate', run })).not.toEqual([])
    const kafka = schemas.packageOptions(at('universe-packages/kafka.config.json'))
    expect(kafka({ brokers: { cuont: 3 } })).not.toEqual([])
    expect(kafka({ kafka: { default_replication_facter: 3 } })).not.toEqual([])
    const cassandra = schemas.packageOptions(at('universe-packages/cassandra.config.json'))
    expect(cassandra({ nodes: { count: 3 } }), 'nodes without heap').not.toEqual([])
  })
})

function openChecks(at: (path: string) => string) {
  const { app, group } = schemas.marathon17(
    at('json-schema-1.7/AppDefinition.json'),
    at('json-schema-1.7/Group.json'),
  )
  return {
    app17: app,
    group17: group,
    app111: schemas.marathon111(at('json-schema-1.11-derived/App.schema.json')),
    group111: schemas.marathon111(at('json-schema-1.11-derived/GroupUpdate.schema.json')),
    job: schemas.metronome(at('metronome/jobspec.schema.json')),
  }
}
