/** The kinds a setting can have. Each reads a variable's text and a file's JSON value, and knows its schema. */
import { DEFAULT_COMMAND_PREFIX, parseChannelName } from '@smacktalk/contract'
import { isPlainObject, type JsonSchema, type Parsed, type Setting } from './settings-table.ts'

interface Common {
  help: string
  live?: boolean
  otherVariables?: readonly string[]
}

/** Longest list; far beyond what a person maintains by hand. */
const ITEMS_MAX = 10_000
/** Channels one process can be asked for: Twitch lets an account into 100 at once. */
const CHANNELS_MAX = 1_000
const COMMAND_PREFIX_CHARACTERS_MAX = 10

export function integer(options: Common & { min: number; max: number; default: number }): Setting<number> {
  const { min, max } = options
  const needed = `a whole number from ${min} to ${max} is needed`
  const check = (value: number): Parsed<number> =>
    Number.isSafeInteger(value) && value >= min && value <= max ? { ok: true, value } : { ok: false, needed }
  return {
    ...common(options),
    kind: 'integer',
    fallback: options.default,
    shownDefault: String(options.default),
    schema: { type: 'integer', minimum: min, maximum: max, default: options.default },
    fromText: (text) => (/^-?\d{1,16}$/.test(text.trim()) ? check(Number(text)) : { ok: false, needed }),
    fromJson: (value) => (typeof value === 'number' ? check(value) : { ok: false, needed }),
  }
}

/** Yes or no: `true` or `false`, in a variable also `1` and `0`. */
export function flag(options: Common & { default: boolean }): Setting<boolean> {
  const needed = 'true or false is needed'
  const words: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false }
  return {
    ...common(options),
    kind: 'flag',
    fallback: options.default,
    shownDefault: String(options.default),
    schema: { type: 'boolean', default: options.default },
    fromText(value) {
      const word = value.trim().toLowerCase()
      const read = Object.hasOwn(words, word) ? words[word] : undefined
      return read === undefined ? { ok: false, needed } : { ok: true, value: read }
    },
    fromJson: (value) => (typeof value === 'boolean' ? { ok: true, value } : { ok: false, needed }),
  }
}

interface TextOptions extends Common {
  default: string
  /** What stands in the documents for an empty default. */
  shownDefault?: string
  /** Returns what is needed instead, or null when the text will do. */
  check?: (text: string) => string | null
  schema?: JsonSchema
}

export function text(options: TextOptions): Setting<string> {
  const check = (value: string): Parsed<string> => {
    const needed = options.check?.(value) ?? null
    return needed === null ? { ok: true, value } : { ok: false, needed }
  }
  return {
    ...common(options),
    kind: 'text',
    fallback: options.default,
    shownDefault: options.shownDefault ?? options.default,
    schema: { type: 'string', default: options.default, ...options.schema },
    fromText: (value) => check(value.trim()),
    fromJson: (value) =>
      typeof value === 'string' ? check(value.trim()) : { ok: false, needed: 'a text is needed' },
  }
}

export function choice<const T extends string>(
  options: Common & { values: readonly T[]; default: NoInfer<T> },
): Setting<T> {
  const check = (value: string): Parsed<T> => {
    const found = options.values.find((known) => known === value)
    return found === undefined
      ? { ok: false, needed: `one of ${options.values.join(', ')} is needed` }
      : { ok: true, value: found }
  }
  return {
    ...common(options),
    kind: 'choice',
    fallback: options.default,
    shownDefault: options.default,
    schema: { type: 'string', enum: options.values, default: options.default },
    fromText: (value) => check(value.trim()),
    fromJson: (value) => check(typeof value === 'string' ? value : ''),
  }
}

/** Never printed, never in a document; `null` when there is none. Its `_FILE` variable names a file with it. */
export function secret(options: Common & { shownDefault: string }): Setting<string | null> {
  const check = (value: unknown): Parsed<string | null> =>
    typeof value === 'string' && /^[\x21-\x7e]{1,4096}$/.test(value.trim())
      ? { ok: true, value: value.trim() }
      : { ok: false, needed: 'printable ASCII without blanks is needed' }
  return {
    ...common(options),
    kind: 'secret',
    fallback: null,
    shownDefault: options.shownDefault,
    schema: { type: 'string' },
    fromText: check,
    fromJson: check,
  }
}

interface ListOptions<T extends string> extends Common {
  default: readonly NoInfer<T>[]
  shownDefault: string
  /** Where an empty list can mean nothing, the sentence that says what is needed. */
  notEmpty?: string
  /** Reads one item; the sentence says what an item must be. */
  item: (text: string) => Parsed<T>
  itemSchema: JsonSchema
}

/** Comma separated in a variable, an array in the file; equal items are kept once. */
export function list<T extends string>(options: ListOptions<T>): Setting<readonly T[]> {
  const check = (items: readonly unknown[]): Parsed<readonly T[]> => {
    if (items.length > ITEMS_MAX) return { ok: false, needed: `at most ${ITEMS_MAX} items are allowed` }
    const values = new Set<T>()
    for (const item of items) {
      const parsed: Parsed<T> =
        typeof item === 'string' ? options.item(item) : { ok: false, needed: 'a list of texts is needed' }
      if (!parsed.ok) return parsed
      values.add(parsed.value)
    }
    if (values.size === 0 && options.notEmpty !== undefined) return { ok: false, needed: options.notEmpty }
    return { ok: true, value: [...values] }
  }
  return {
    ...common(options),
    kind: 'list',
    emptyIsValue: options.notEmpty === undefined,
    fallback: options.default,
    shownDefault: options.shownDefault,
    schema: {
      type: 'array',
      items: options.itemSchema,
      ...(options.notEmpty === undefined ? {} : { minItems: 1 }),
      maxItems: ITEMS_MAX,
      default: options.default,
    },
    fromText: (value) => check(commaSeparated(value)),
    fromJson: (value) =>
      Array.isArray(value) ? check(value) : { ok: false, needed: 'a list of texts is needed' },
  }
}

/** A host, or a host and its port; IPv6 addresses stand in brackets: `[::1]:9092`. */
const ADDRESS = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/
const PORT_MAX = 65_535

/** An address with its port, or, when `port` is not 'needed', without one. */
export function addressItem(port: 'needed' | 'allowed'): (item: string) => Parsed<string> {
  const needed =
    port === 'needed'
      ? 'addresses with their ports are needed, as in broker-1:9092'
      : 'host names or addresses are needed, with a port if it is not 9042'
  return (item) => {
    const address = item.trim().toLowerCase()
    const match = ADDRESS.exec(address)
    const number = match?.[1] === undefined ? null : Number(match[1])
    const fits = match !== null && (number === null ? port === 'allowed' : number >= 1 && number <= PORT_MAX)
    return fits ? { ok: true, value: address } : { ok: false, needed }
  }
}
export const ADDRESS_ITEM_SCHEMA: JsonSchema = { type: 'string', pattern: ADDRESS.source }

/** A login or a numeric id, lower-cased: both are made of the same characters. */
export function loginItem(item: string): Parsed<string> {
  const login = item.trim().toLowerCase()
  return /^[a-z0-9_]{1,25}$/.test(login)
    ? { ok: true, value: login }
    : { ok: false, needed: `"${shortened(item)}" is not a login: 1 to 25 of a-z, 0-9 and _ are needed` }
}
/** One word as it is compared: lower case, without white space. */
export function wordItem(item: string): Parsed<string> {
  const word = item.trim().toLowerCase()
  return /^\S{1,50}$/u.test(word)
    ? { ok: true, value: word }
    : { ok: false, needed: 'a single word is needed' }
}
export const WORD_ITEM_SCHEMA: JsonSchema = { type: 'string', pattern: '^\\S{1,50}$' }

export const LOGIN_ITEM_SCHEMA: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9_]{1,25}$' }

export interface ChannelSetting {
  /** Login, lower case, without `#`. */
  readonly name: string
  /** Logins counted as bots in this channel only, besides the setting `bots`. */
  readonly bots: readonly string[]
  /** What a command starts with here. */
  readonly commandPrefix: string
}

/** Names, or objects with `name`, `bots` and `commandPrefix`; a variable holds names only. */
export function channels(
  options: Common & { default: readonly string[] },
): Setting<readonly ChannelSetting[]> {
  const check = (items: readonly unknown[]): Parsed<readonly ChannelSetting[]> => {
    if (items.length > CHANNELS_MAX)
      return { ok: false, needed: `at most ${CHANNELS_MAX} channels are allowed` }
    const byName = new Map<string, ChannelSetting>()
    for (const item of items) {
      const parsed = channelItem(item)
      if (!parsed.ok) return parsed
      if (byName.has(parsed.value.name)) {
        return { ok: false, needed: `"${parsed.value.name}" is listed twice; once is needed` }
      }
      byName.set(parsed.value.name, parsed.value)
    }
    return { ok: true, value: [...byName.values()] }
  }
  return {
    ...common(options),
    kind: 'channels',
    emptyIsValue: true,
    fallback: options.default.map((name) => ({ name, bots: [], commandPrefix: DEFAULT_COMMAND_PREFIX })),
    shownDefault: options.default.join(', '),
    schema: channelsSchema(options.default),
    fromText: (value) => check(commaSeparated(value)),
    fromJson: (value) =>
      Array.isArray(value) ? check(value) : { ok: false, needed: 'a list of channels is needed' },
  }
}

const CHANNEL_KEYS: readonly string[] = ['name', 'bots', 'commandPrefix']

function channelItem(item: unknown): Parsed<ChannelSetting> {
  if (typeof item === 'string') return channelItem({ name: item })
  if (!isPlainObject(item)) return { ok: false, needed: 'a channel is a name or an object with a name' }
  const unknown = Object.keys(item).find((key) => !CHANNEL_KEYS.includes(key))
  if (unknown !== undefined) {
    return { ok: false, needed: `a channel has ${CHANNEL_KEYS.join(', ')}, but not "${shortened(unknown)}"` }
  }
  if (typeof item.name !== 'string') return { ok: false, needed: 'a channel needs a name' }
  const name = parseChannelName(item.name)
  if (!name.ok) return { ok: false, needed: name.reason }
  const prefix = item.commandPrefix ?? DEFAULT_COMMAND_PREFIX
  if (typeof prefix !== 'string' || !/^\S+$/u.test(prefix) || prefix.length > COMMAND_PREFIX_CHARACTERS_MAX) {
    const needed = `commandPrefix of "${name.login}": 1 to ${COMMAND_PREFIX_CHARACTERS_MAX} characters without blanks are needed`
    return { ok: false, needed }
  }
  const bots = CHANNEL_BOTS.fromJson(item.bots ?? [])
  if (!bots.ok) return { ok: false, needed: `bots of "${name.login}": ${bots.needed}` }
  return { ok: true, value: { name: name.login, bots: bots.value, commandPrefix: prefix } }
}

const CHANNEL_BOTS = list({
  help: 'logins counted as bots in this channel only, besides `bots`',
  default: [],
  shownDefault: 'none',
  item: loginItem,
  itemSchema: LOGIN_ITEM_SCHEMA,
})

function channelsSchema(fallback: readonly string[]): JsonSchema {
  const name: JsonSchema = { type: 'string', minLength: 1, description: 'the channel’s login' }
  const commandPrefix: JsonSchema = {
    type: 'string',
    pattern: '^\\S+$',
    maxLength: COMMAND_PREFIX_CHARACTERS_MAX,
    default: DEFAULT_COMMAND_PREFIX,
    description: 'what a command starts with here',
  }
  const bots: JsonSchema = { ...CHANNEL_BOTS.schema, description: CHANNEL_BOTS.help }
  const properties = { name, bots, commandPrefix }
  const channel = { type: 'object', properties, required: ['name'], additionalProperties: false }
  return { type: 'array', items: { anyOf: [name, channel] }, maxItems: CHANNELS_MAX, default: fallback }
}

function common(options: Common) {
  return {
    help: options.help,
    live: options.live ?? false,
    otherVariables: options.otherVariables ?? [],
    emptyIsValue: false,
  }
}

function commaSeparated(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** What a person typed, bounded, for a sentence. */
function shortened(typed: string): string {
  return [...typed].slice(0, 40).join('')
}
