/** Query parameters: what a route knows of, read strictly. Nothing is clamped, nothing ignored. */
import { EARLIEST_SENT_MS } from '@smacktalk/contract'
import { didYouMean, nearestName } from '@smacktalk/runtime'
import { badParameter } from './http-problem.ts'

export type ParameterKind =
  | { readonly kind: 'time' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** Comma separated, each at most once; empty is none. */
  | { readonly kind: 'choices'; readonly of: readonly string[] }
  | { readonly kind: 'whole'; readonly min: number; readonly max: number; readonly default: number }
  /** Any text of at most so many characters, not only white space. */
  | { readonly kind: 'text'; readonly max: number }
  /** A login or an id, as in a path. */
  | { readonly kind: 'name' }
  /** What an earlier answer gave as `next`. */
  | { readonly kind: 'cursor' }

export type ParameterSpec = ParameterKind & {
  readonly name: string
  readonly description: string
  readonly required?: true
}

export type Query = ReadonlyMap<string, string>

/** Times beyond it are typing errors: seconds, microseconds, or a year with a digit too many. */
export const LATEST_MS = Date.UTC(2100, 0, 1)

/** The part of a message that repeats what was typed stays readable. */
const SHOWN_CHARACTERS = 40

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/i

/** Reads a query string as a route's parameters. Throws HttpProblem 400 for an unknown or repeated one. */
export function readQuery(search: string, specs: readonly ParameterSpec[]): Query {
  const query = new Map<string, string>()
  const names = specs.map(({ name }) => name)
  for (const [name, value] of new URLSearchParams(search)) {
    const spec = specs.find((known) => known.name === name)
    if (spec === undefined) {
      const hint =
        didYouMean(name, names) ||
        (names.length > 0 ? ` Known here: ${names.join(', ')}.` : ' This route takes none.')
      throw badParameter(shown(name), `There is no parameter “${shown(name)}”.${hint}`)
    }
    if (query.has(name)) throw badParameter(name, `“${name}” is given twice; give it once.`)
    if (value === '' && spec.kind !== 'choices') {
      throw badParameter(name, `“${name}” is empty; give a value or leave it out.`)
    }
    query.set(name, value)
  }
  for (const spec of specs) {
    if (spec.required && !query.has(spec.name)) throw badParameter(spec.name, missing(spec))
  }
  return query
}

function missing(spec: ParameterSpec): string {
  const hint = 'of' in spec ? ` It is one of ${spec.of.join(', ')}.` : ''
  return `“${spec.name}” is missing.${hint}`
}

/** A whole number within the bounds of its parameter. Throws HttpProblem 400. */
export function readWhole(
  query: Query,
  spec: { readonly name: string; readonly min: number; readonly max: number; readonly default: number },
): number {
  const { name, min, max } = spec
  const text = query.get(name)
  if (text === undefined) return spec.default
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw badParameter(name, `“${name}” must be a whole number from ${min} to ${max}, not “${shown(text)}”.`)
  }
  return value
}

/** A text without white space around it. Throws HttpProblem 400. */
export function readText(query: Query, spec: { readonly name: string; readonly max: number }): string {
  const text = (query.get(spec.name) ?? '').trim()
  if (text !== '' && [...text].length <= spec.max) return text
  throw badParameter(spec.name, `“${spec.name}” must have 1 to ${spec.max} characters.`)
}

/** Epoch ms of an ISO 8601 time or of decimal milliseconds. Throws HttpProblem 400. */
export function readTime(name: string, text: string): number {
  const atMs = /^\d{1,16}$/.test(text) ? Number(text) : isoTime(name, text)
  if (atMs < EARLIEST_SENT_MS || atMs > LATEST_MS) {
    const hint =
      atMs * 1_000 >= EARLIEST_SENT_MS && atMs * 1_000 <= LATEST_MS
        ? ' Numbers are milliseconds, not seconds.'
        : ''
    throw badParameter(name, `“${name}” must lie between 2005 and 2100.${hint}`)
  }
  return atMs
}

function isoTime(name: string, text: string): number {
  // A plus sign that was not escaped arrives as a blank.
  const match = ISO.exec(text.replace(/ (?=\d{2}:\d{2}$)/, '+'))
  const example = 'Write a time like 2026-11-19T21:45:00Z or as milliseconds.'
  if (match === null) throw badParameter(name, `“${shown(text)}” is no time. ${example}`)
  const [written, year, month, day, zone] = match
  if (written.length > 10 && zone === undefined) {
    throw badParameter(name, `“${shown(text)}” does not say its zone: add Z for UTC.`)
  }
  const atMs = Date.parse(written.toUpperCase())
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  if (Number.isNaN(atMs) || midnight.toISOString().slice(0, 10) !== written.slice(0, 10)) {
    throw badParameter(name, `“${shown(text)}” is no time that exists. ${example}`)
  }
  return atMs
}

/** One of a few words. Throws HttpProblem 400 with the nearest of them. */
export function readChoice<T extends string>(name: string, text: string, of: readonly T[]): T {
  const found = of.find((choice) => choice === text)
  if (found !== undefined) return found
  const hint = didYouMean(text.slice(0, SHOWN_CHARACTERS), of) || ` Use one of ${of.join(', ')}.`
  throw badParameter(name, `“${shown(text)}” is not possible for “${name}”.${hint}`)
}

/** Several of a few words, comma separated, each at most once. Throws HttpProblem 400. */
export function readChoices<T extends string>(name: string, text: string, of: readonly T[]): T[] {
  if (text === '') return []
  const chosen = text.split(',').map((word) => readChoice(name, word, of))
  const twice = chosen.find((word, index) => chosen.indexOf(word) !== index)
  if (twice !== undefined) throw badParameter(name, `“${twice}” is given twice in “${name}”; give it once.`)
  return of.filter((word) => chosen.includes(word))
}

/** The keys of a JSON body. Throws HttpProblem 400 when it is no object or has a key that is not known. */
export function readBody(body: unknown, keys: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badParameter(
      'body',
      `The body must be a JSON object with ${keys.map((key) => `“${key}”`).join(', ')}.`,
    )
  }
  const entries = new Map<string, unknown>(Object.entries(body))
  for (const key of entries.keys()) {
    if (keys.includes(key)) continue
    const nearest = nearestName(key.slice(0, SHOWN_CHARACTERS), keys)
    const hint = nearest === null ? `Known here: ${keys.join(', ')}.` : `Did you mean "${nearest}"?`
    throw badParameter(shown(key), `There is no “${shown(key)}” in this body. ${hint}`)
  }
  return entries
}

export function shown(text: string): string {
  const characters = [...text]
  return characters.length <= SHOWN_CHARACTERS ? text : `${characters.slice(0, SHOWN_CHARACTERS).join('')}…`
}
