import { expect, test } from 'vitest'
import { pageAddress, readyText } from './ready-text.ts'

const settings = {
  http: { host: '127.0.0.1', port: 3000, hosts: [] },
  demo: { seed: 7, messagesPerSecond: 40 },
}
const facts = { settings, port: 3000, logins: [] }

test('demo data is called that, real data is not', () => {
  expect(readyText({ ...facts, source: 'demo' })).toContain('demo world (seed 7)')
  expect(readyText({ ...facts, source: 'twitch' })).not.toContain('demo')
})

test('a long list of channels is cut, with its length', () => {
  const logins = Array.from({ length: 10 }, (_, index) => `c${index}`)
  expect(readyText({ ...facts, source: 'twitch', logins })).toContain('10 channels: c0, c1')
  expect(readyText({ ...facts, source: 'twitch', logins })).toContain('c7 and 2 more.')
  expect(readyText({ ...facts, source: 'twitch', logins: ['alpha'] })).toContain('One channel: alpha.')
})

test.each([
  ['0.0.0.0', 'http://localhost:3000'],
  ['::1', 'http://localhost:3000'],
  ['2001:db8::7', 'http://[2001:db8::7]:3000'],
  ['chat.example', 'http://chat.example:3000'],
])('a page served on %s is opened at %s', (host, address) => {
  expect(pageAddress(host, 3000)).toBe(address)
})
