/** A product that hears somebody talk, in front of a server that can stop without a word. */
import { type FakeTwitch, startFakeTwitch } from '@smacktalk/fake-twitch'
import { eventually } from '../support/eventually.ts'
import { roomIdOf } from '../support/numbered-chat.ts'
import { type Product, startProduct } from '../support/start-product.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { privmsg } from '../support/twitch-lines.ts'

export const CHANNEL = 'first_den'

export interface CutChat extends AsyncDisposable {
  readonly product: Product
  readonly twitch: FakeTwitch
  readonly dataDir: string
  /** Freezes the server for so long; resolves when the channel is joined again. */
  cut(ms: number): Promise<void>
}

export async function startCutChat(env: Readonly<Record<string, string>>): Promise<CutChat> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const twitch = stack.use(await startFakeTwitch({ idOf: roomIdOf }))
  let number = 0
  const talking = setInterval(() => {
    number++
    const who = { userId: String(500 + (number % 7)), login: `chatter_${number % 7}` }
    const said = {
      roomId: roomIdOf(CHANNEL),
      id: `m-${number}`,
      sentAt: Date.now(),
      text: `number ${number}`,
    }
    twitch.send(CHANNEL, privmsg({ channel: CHANNEL, ...who, ...said }))
  }, 100)
  stack.defer(() => clearInterval(talking))
  const product = stack.use(
    startProduct({
      dataDir: folder.path,
      env: {
        SMACKTALK_SOURCE: 'twitch',
        SMACKTALK_TWITCH_URL: twitch.url,
        SMACKTALK_CHANNELS: CHANNEL,
        ...env,
      },
    }),
  )
  await product.ready()
  await eventually('the channel is joined', () => twitch.joined(CHANNEL) > 0)
  const all = stack.move()
  return {
    ...{ product, twitch, dataDir: folder.path },
    async cut(ms) {
      const joins = twitch.joins.length
      const until = Date.now() + ms
      twitch.freeze()
      await eventually('the cut is over', () => Date.now() >= until, { withinMs: ms + 10_000 })
      twitch.thaw()
      await eventually('the channel is joined again', () => twitch.joins.length > joins)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
