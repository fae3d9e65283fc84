import { DEFAULT_CHANNELS, loadSettings, type SettingOrigin } from '@smacktalk/runtime'
import { expect, test } from 'vitest'
import { asPlayed, configuredChannels, type SourceKind } from './configured-channels.ts'

const { settings } = loadSettings({ cwd: '/', env: { SMACKTALK_CHANNELS: '' } })
const WORLD = ['harbour', 'lantern']

function names(origin: SettingOrigin, configured: readonly string[], source: SourceKind): string[] {
  const channels = configured.map((name) => ({ name, bots: [], commandPrefix: '?' }))
  const loaded = { settings: { ...settings, channels }, origins: new Map([['channels', origin]]) }
  return configuredChannels(loaded, source, WORLD).map((channel) => `${channel.commandPrefix}${channel.name}`)
}

test('from Twitch come the channels of the settings', () => {
  expect(names('file', ['alpha'], 'twitch')).toEqual(['?alpha'])
})

test('the demo world shows its own channels instead of the default handful', () => {
  expect(names('default', DEFAULT_CHANNELS, 'demo')).toEqual(['!harbour', '!lantern'])
})

test('a channel in the file joins the world’s own, with its own settings', () => {
  const configured = [...DEFAULT_CHANNELS, 'alpha', 'lantern']
  expect(names('file', configured, 'demo')).toEqual(['!harbour', '?lantern', '?alpha'])
})

test('a variable means exactly what it says, also nothing', () => {
  expect(names('environment', ['chess'], 'demo')).toEqual(['?chess'])
  expect(names('environment', [], 'demo')).toEqual([])
})

test('who asks for the demo world where a variable says that there are no channels sees its own', () => {
  const loaded = loadSettings({ cwd: '/', env: { SMACKTALK_CHANNELS: '' } })
  const shown = (source: SourceKind, chosen: boolean) =>
    configuredChannels(asPlayed(loaded, source, chosen), source, WORLD).map(({ name }) => name)
  expect(shown('demo', true)).toEqual(WORLD)
  expect(shown('demo', false)).toEqual([])
  expect(shown('twitch', true)).toEqual([])
  const some = loadSettings({ cwd: '/', env: { SMACKTALK_CHANNELS: 'chess' } })
  expect(asPlayed(some, 'demo', true)).toBe(some)
})
