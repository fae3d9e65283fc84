import { CHANNEL_STATES, type ChannelState, WITHOUT_NAMES, type Without } from '@smacktalk/contract'
import { type ChartRange, customRange, RANGE_IDS, RANGES, type RangeId, type Span } from '../ranges/ranges.ts'

/** What a view shows, all of it from the address, so that a link shows the same. */
export interface ViewState {
  readonly range: RangeId | 'custom'
  /** The span of `custom`; null otherwise. */
  readonly custom: Span | null
  /** In the order of WITHOUT_NAMES. */
  readonly without: readonly Without[]
  readonly form: ChartForm
  /** Whether charts draw what is usual. */
  readonly usual: boolean
  readonly sort: Sort
  /** Channel states shown in the table; null shows all. */
  readonly filter: ChannelState | null
  /** Channels are shown whose name holds this; empty shows all. */
  readonly find: string
}

/** Longest part of a name that is looked for. */
export const FIND_CHARACTERS_MAX = 25

export const CHART_FORMS = ['stacked', 'lines'] as const
export type ChartForm = (typeof CHART_FORMS)[number]
export const SORT_COLUMNS = ['name', 'state', 'rate', 'usual', 'coverage'] as const
export type SortColumn = (typeof SORT_COLUMNS)[number]
export interface Sort {
  readonly by: SortColumn
  readonly descending: boolean
}

const DEFAULT_RANGE = 'live'

export const DEFAULT_VIEW: ViewState = {
  range: DEFAULT_RANGE,
  custom: null,
  without: [],
  form: 'stacked',
  usual: true,
  sort: { by: 'rate', descending: true },
  filter: null,
  find: '',
}

/** Reads the query of an address; what is unknown in it falls back to the default. */
export function readViewState(search: string): ViewState {
  const query = new URLSearchParams(search)
  const without = (query.get('without') ?? '').split(',')
  const sort = query.get('sort') ?? ''
  const column = oneOf(SORT_COLUMNS, sort.replace(/^-/, ''))
  return {
    ...readRange(query),
    without: WITHOUT_NAMES.filter((name) => without.includes(name)),
    form: oneOf(CHART_FORMS, query.get('form')) ?? DEFAULT_VIEW.form,
    usual: query.get('usual') !== 'off',
    sort: column === null ? DEFAULT_VIEW.sort : { by: column, descending: sort.startsWith('-') },
    filter: oneOf(CHANNEL_STATES, query.get('state')),
    find: (query.get('find') ?? '').slice(0, FIND_CHARACTERS_MAX),
  }
}

/** The range of a view, as its charts need it. */
export function rangeOf({ range, custom }: Pick<ViewState, 'range' | 'custom'>): ChartRange {
  if (range !== 'custom') return RANGES[range]
  return custom === null ? RANGES[DEFAULT_RANGE] : customRange(custom)
}

/** The change of a view that shows a span of its own. */
export function customView(span: Span): Pick<ViewState, 'range' | 'custom'> {
  return { range: 'custom', custom: customRange(span).span(0) }
}

/** The change of a view that shows one of the ranges up to now. */
export function rangeView(range: RangeId): Pick<ViewState, 'range' | 'custom'> {
  return { range, custom: null }
}

/** The query of an address, `?` included; what is at its default is left out, so short links stay short. */
export function writeViewState(view: ViewState): string {
  const query = new URLSearchParams()
  if (view.range === 'custom') {
    if (view.custom !== null) {
      query.set('from', writeTime(view.custom.from))
      query.set('to', writeTime(view.custom.to))
    }
  } else if (view.range !== DEFAULT_VIEW.range) query.set('range', view.range)
  if (view.without.length > 0) query.set('without', view.without.join(','))
  if (view.form !== DEFAULT_VIEW.form) query.set('form', view.form)
  if (!view.usual) query.set('usual', 'off')
  const { by, descending } = view.sort
  if (by !== DEFAULT_VIEW.sort.by || descending !== DEFAULT_VIEW.sort.descending) {
    query.set('sort', `${descending ? '-' : ''}${by}`)
  }
  if (view.filter !== null) query.set('state', view.filter)
  if (view.find !== '') query.set('find', view.find)
  // Commas are legal in a query and far easier to read than %2C.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
  return text === '' ? '' : `?${text}`
}

/** The names with one put in or taken out, in their fixed order. */
export function toggled(without: readonly Without[], name: Without): Without[] {
  return WITHOUT_NAMES.filter((each) => without.includes(each) !== (each === name))
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | null {
  return known.find((each) => each === value) ?? null
}

/** Later years have more than four digits, earlier times than 1970 no chat. */
const LATEST_MS = Date.UTC(9_999, 0)

/** A custom span needs both ends in order; anything else is a range up to now. */
function readRange(query: URLSearchParams): Pick<ViewState, 'range' | 'custom'> {
  const [from, to] = ['from', 'to'].map((name) => Date.parse(query.get(name) ?? ''))
  if (from !== undefined && to !== undefined && from < to && from >= 0 && to <= LATEST_MS) {
    return customView({ from, to })
  }
  return rangeView(oneOf(RANGE_IDS, query.get('range')) ?? DEFAULT_RANGE)
}

/** `2026-03-01T18:05Z`: times of an address are whole minutes. */
function writeTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`
}
