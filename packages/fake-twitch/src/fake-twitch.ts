/** A Twitch chat server for demos and tests: any lines as Twitch IRC over WebSocket, with faults on demand. */

import { ChatServer } from './chat-server.ts'
import type { Framing } from './framing.ts'
import type { Refusal } from './refusals.ts'

export interface FakeTwitchOptions {
  /** 0 takes any free one. Default 0. */
  readonly port?: number
  /** Default 127.0.0.1. */
  readonly host?: string
  /** The full ROOMSTATE line sent on JOIN. Default: all modes off in the room that `idOf` names. */
  readonly roomState?: (login: string) => string
  /** Room id of the default ROOMSTATE. Default: a number made from the name. */
  readonly idOf?: (login: string) => string
  /** Called before a JOIN is answered, not for refused ones. */
  readonly onJoin?: (login: string) => void
  /** Called with every line of a channel, whether anybody hears it or not. */
  readonly onLine?: (login: string, line: string) => void
  readonly framing?: Framing
  /** Epoch ms; times of the JOIN log. Default the wall clock. */
  readonly now?: () => number
}

export interface JoinEntry {
  readonly login: string
  /** Epoch ms. */
  readonly atMs: number
  /** Connections are numbered from 1. */
  readonly connection: number
}

export interface FakeTwitch extends AsyncDisposable {
  /** Address for a client, `ws://host:port`. */
  readonly url: string
  readonly port: number
  /** Hands a line to every connection that is in the channel; '' means every connection that is logged in. */
  send(channelLogin: string, line: string): void
  /** JOINs of valid names as they came, refused ones too; the newest JOINS_MAX. */
  readonly joins: readonly JoinEntry[]
  /** When connections came, epoch ms, in the order of their numbers; the newest JOINS_MAX. */
  readonly arrivals: readonly number[]
  /** Lines given to `send` that went to at least one connection. */
  readonly sent: number
  /** Lines lost because a connection took no more: frozen for long, or cut off with lines waiting. */
  readonly lost: number
  /** Connections that are open now. */
  readonly connections: number
  /** Connections in the channel. */
  joined(login: string): number
  /** Stops reading and writing without closing, as a half-open connection; new clients wait too. */
  freeze(): void
  /** Goes on where `freeze` stopped: lines that waited are delivered. */
  thaw(): void
  /** Ends all connections abruptly; a line that is given is cut off in its middle first. */
  dropAll(cutLine?: string): void
  /** Announces a server restart to everybody; the connections stay open, or are dropped after a while. */
  reconnectNotice(dropAfterMs?: number): void
  /** Answers JOINs of the channel with a NOTICE instead of an echo. */
  refuseJoin(login: string, refusal: Refusal): void
  /** Answers JOINs of the channel with nothing. */
  silentJoin(login: string): void
  /** Takes `refuseJoin` or `silentJoin` back. */
  allowJoin(login: string): void
  /** Answers logins with an authentication failure and closes. */
  refuseLogin(on: boolean): void
  /** Delivers this part of the chat lines twice, from 0 to 1. */
  deliverTwice(part: number): void
  /** Writes only so many lines a second to each connection, as if it read slowly; null takes that back. */
  slowDown(linesPerSecond: number | null): void
  /** Adds to the send times of chat lines, ms; 0 takes that back. */
  skewClock(byMs: number): void
  /** Lets its clients into so many different channels together; null takes that back. */
  limitChannels(max: number | null): void
  /** Cuts off who sends more than 20 JOINs in 10 s over all connections, after a NOTICE. */
  enforcePace(on: boolean): void
  /** Sends a NOTICE to everybody in the channel; '' sends one that is about no channel to everybody. */
  notice(channelLogin: string, msgId: string, text: string): void
}

/**
 * Starts the server; resolves when it listens.
 * @throws when the port cannot be had; the system's error is the cause.
 */
export async function startFakeTwitch(options: FakeTwitchOptions = {}): Promise<FakeTwitch> {
  const server = new ChatServer(options)
  await server.listen()
  return server
}
