/** The server's side of one IRC conversation: a line comes in, answers and decisions go out. No socket here. */

/** What the conversation may ask of the server around it. */
export interface SessionHost {
  reply(line: string): void
  close(): void
  /** Decides on a JOIN of a valid name; a wanted one is answered with `confirmJoin`. */
  join(login: string): void
  part(login: string): void
  /** What a login is refused with; null lets it in. */
  loginRefusal(): string | null
}

const CAPABILITIES = ['twitch.tv/tags', 'twitch.tv/commands', 'twitch.tv/membership'] as const
type Capability = (typeof CAPABILITIES)[number]
const CHANNEL = /^#[a-z0-9_]{1,25}$/
const NICK = /^[a-z0-9_]{1,25}$/
/** Sent by clients without an answer; an anonymous one cannot speak, and nobody here listens to the others. */
const SILENT: ReadonlySet<string> = new Set(['PONG', 'USER', 'PRIVMSG'])
/** An IRC client line has 512 bytes; anything much longer is not read. */
const LINE_CHARACTERS_MAX = 4_096

export class IrcSession {
  readonly #host: SessionHost
  readonly #capabilities = new Set<Capability>()
  #password = ''
  #nick: string | null = null

  constructor(host: SessionHost) {
    this.#host = host
  }

  /** Null until the login has succeeded. */
  get nick(): string | null {
    return this.#nick
  }

  /** One WebSocket message of a client: one or more lines. */
  receive(message: string): void {
    for (const line of message.split(/\r?\n/)) {
      if (line !== '' && line.length <= LINE_CHARACTERS_MAX) this.#line(line)
    }
  }

  /** What Twitch says when a JOIN has worked. */
  confirmJoin(login: string, roomState: string): void {
    const nick = this.#nick ?? ''
    this.#host.reply(`:${nick}!${nick}@${nick}.tmi.twitch.tv JOIN #${login}`)
    this.#host.reply(`:${nick}.tmi.twitch.tv 353 ${nick} = #${login} :${nick}`)
    this.#host.reply(`:${nick}.tmi.twitch.tv 366 ${nick} #${login} :End of /NAMES list`)
    const state = this.asHeard(roomState)
    if (state !== null) this.#host.reply(state)
  }

  /** The line as a client with these capabilities gets it; null when it gets nothing. */
  asHeard(line: string): string | null {
    const tags = this.#capabilities.has('twitch.tv/tags')
    if (tags && this.#capabilities.has('twitch.tv/commands')) return line
    const bare = line.startsWith('@') ? line.slice(line.indexOf(' ') + 1) : line
    const command = bare.startsWith(':') ? bare.split(' ', 2)[1] : bare.split(' ', 1)[0]
    const basic = command === 'PRIVMSG' || command === 'JOIN' || command === 'PART'
    if (!basic && !this.#capabilities.has('twitch.tv/commands')) return null
    return tags ? line : bare
  }

  #line(line: string): void {
    const [word = '', ...parameters] = splitLine(line)
    const command = word.toUpperCase()
    if (command === 'CAP') this.#capability(parameters)
    else if (command === 'PASS') this.#password = parameters[0] ?? ''
    else if (command === 'NICK') this.#login((parameters[0] ?? '').toLowerCase())
    else if (command === 'PING') this.#host.reply(pong(parameters))
    else if (command === 'QUIT') this.#host.close()
    else if (this.#nick === null || SILENT.has(command)) return
    else if (command === 'JOIN') for (const login of channelsOf(parameters)) this.#host.join(login)
    else if (command === 'PART') for (const login of channelsOf(parameters)) this.#part(login)
    else this.#host.reply(`:tmi.twitch.tv 421 ${this.#nick} ${command} :Unknown command`)
  }

  #capability([verb = '', list = '']: readonly string[]): void {
    if (verb.toUpperCase() === 'LS') {
      this.#host.reply(`:tmi.twitch.tv CAP * LS :${CAPABILITIES.join(' ')}`)
      return
    }
    if (verb.toUpperCase() !== 'REQ') return
    const asked = list.split(' ').filter((name) => name !== '')
    const known = CAPABILITIES.filter((name) => asked.includes(name))
    const all = known.length === asked.length && asked.length > 0
    if (all) for (const name of known) this.#capabilities.add(name)
    this.#host.reply(`:tmi.twitch.tv CAP * ${all ? 'ACK' : 'NAK'} :${asked.join(' ')}`)
  }

  #login(nick: string): void {
    if (this.#nick !== null) return
    const anonymous = /^justinfan\d+$/.test(nick)
    const authenticated = anonymous || /^oauth:\S+$/.test(this.#password)
    const refusal = this.#host.loginRefusal()
    if (!NICK.test(nick) || !authenticated || refusal !== null) {
      const reason = authenticated ? (refusal ?? 'Invalid NICK') : 'Improperly formatted auth'
      this.#host.reply(`:tmi.twitch.tv NOTICE * :${reason}`)
      this.#host.close()
      return
    }
    this.#nick = nick
    this.#host.reply(`:tmi.twitch.tv 001 ${nick} :Welcome, GLHF!`)
    this.#host.reply(`:tmi.twitch.tv 002 ${nick} :Your host is tmi.twitch.tv`)
    this.#host.reply(`:tmi.twitch.tv 003 ${nick} :This server is rather new`)
    this.#host.reply(`:tmi.twitch.tv 004 ${nick} :-`)
    this.#host.reply(`:tmi.twitch.tv 375 ${nick} :-`)
    this.#host.reply(`:tmi.twitch.tv 372 ${nick} :Lines of an invented world, no real chat.`)
    this.#host.reply(`:tmi.twitch.tv 376 ${nick} :>`)
  }

  #part(login: string): void {
    const nick = this.#nick ?? ''
    this.#host.part(login)
    this.#host.reply(`:${nick}!${nick}@${nick}.tmi.twitch.tv PART #${login}`)
  }
}

/** Command and parameters of a client's line; its tags and prefix, if any, say nothing. */
function splitLine(line: string): string[] {
  let rest = line
  while (rest.startsWith('@') || rest.startsWith(':')) {
    const blank = rest.indexOf(' ')
    if (blank < 0) return []
    rest = rest.slice(blank + 1)
  }
  const trailing = rest.indexOf(' :')
  const head = (trailing < 0 ? rest : rest.slice(0, trailing)).split(' ').filter((part) => part !== '')
  return trailing < 0 ? head : [...head, rest.slice(trailing + 2)]
}

/** Valid channel names of a comma-separated parameter, without `#`; Twitch is silent about the others. */
function channelsOf([list = '']: readonly string[]): string[] {
  return list
    .toLowerCase()
    .split(',')
    .filter((name) => CHANNEL.test(name))
    .map((name) => name.slice(1))
}

/** With a word the answer repeats it and has a prefix; without one it has none, which some clients rely on. */
function pong(parameters: readonly string[]): string {
  const word = parameters.at(-1)
  return word === undefined ? 'PONG :tmi.twitch.tv' : `:tmi.twitch.tv PONG tmi.twitch.tv :${word}`
}
