export {
  type EmoteFault,
  type FakeEmote,
  type FakeEmoteRequest,
  type FakeEmotes,
  type FakeEmotesOptions,
  startFakeEmotes,
} from './emote-server.ts'
export { type FakeTwitch, type FakeTwitchOptions, type JoinEntry, startFakeTwitch } from './fake-twitch.ts'
export type { Framing } from './framing.ts'
export { type HistoryRequest, type HistoryService, startHistoryService } from './history-service.ts'
export type { Refusal } from './refusals.ts'
export { type LineWorld, type ServedWorld, type ServeWorldOptions, serveWorld } from './serve-world.ts'
