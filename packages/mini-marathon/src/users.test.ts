import { expect, test } from 'vitest'
import { readApp } from './definition.ts'
import { notEmulated } from './not-emulated.ts'
import { accountNamed } from './users.ts'

const PASSWD = 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65533:nobody:/:/bin/false\n'

test('a user is known by name and by number', () => {
  expect(accountNamed('nobody', PASSWD)).toEqual({ uid: 65_534, gid: 65_533 })
  expect(accountNamed('65534', PASSWD)).toEqual({ uid: 65_534, gid: 65_533 })
  expect(() => accountNamed('somebody', PASSWD)).toThrow('There is no user somebody')
})

test('what is asked for and not given is told, and no more', () => {
  const plain = readApp({ id: '/g/a', args: ['node'] })
  expect(notEmulated([plain], true).join('\n')).not.toMatch(/constraints|HAProxy|user/)
  const app = readApp({
    id: '/g/a',
    args: ['node'],
    constraints: [],
    dependencies: ['/kafka'],
    labels: { HAPROXY_GROUP: 'x' },
    container: { portMappings: [{ containerPort: 1, labels: { VIP_0: '/a:1' } }] },
  })
  expect(notEmulated([app], false).join('\n')).toMatch(
    /constraints[\s\S]*user[\s\S]*HAProxy[\s\S]*VIP[\s\S]*\/kafka is nothing/,
  )
})
