import { CHANNEL_STATES, type ChannelState, WITHOUT_NAMES, type Without } from '@smacktalk/contract'
import { RANGE_IDS, type RangeId } from '../ranges/ranges.ts'

/** What a view shows, all of it from the address, so that a link shows the same. */
export interface ViewState {
  readonly range: RangeId
  /** In the order of WITHOUT_NAMES. */
  readonly without: readonly Without[]
  readonly form: ChartForm
  readonly sort: Sort
  /** Channel states shown in the table; null shows all. */
  readonly filter: ChannelState | null
}

export const CHART_FORMS = ['stacked', 'lines'] as const
export type ChartForm = (typeof CHART_FORMS)[number]
export const SORT_COLUMNS = ['name', 'state', 'rate', 'coverage'] as const
export type SortColumn = (typeof SORT_COLUMNS)[number]
export interface Sort {
  readonly by: SortColumn
  readonly descending: boolean
}

export const DEFAULT_VIEW: ViewState = {
  range: 'live',
  without: [],
  form: 'stacked',
  sort: { by: 'rate', descending: true },
  filter: null,
}

/** Reads the query of an address; what is unknown in it falls back to the default. */
export function readViewState(search: string): ViewState {
  const query = new URLSearchParams(search)
  const without = (query.get('without') ?? '').split(',')
  const sort = query.get('sort') ?? ''
  const column = oneOf(SORT_COLUMNS, sort.replace(/^-/, ''))
  return {
    range: oneOf(RANGE_IDS, query.get('range')) ?? DEFAULT_VIEW.range,
    without: WITHOUT_NAMES.filter((name) => without.includes(name)),
    form: oneOf(CHART_FORMS, query.get('form')) ?? DEFAULT_VIEW.form,
    sort: column === null ? DEFAULT_VIEW.sort : { by: column, descending: sort.startsWith('-') },
    filter: oneOf(CHANNEL_STATES, query.get('state')),
  }
}

/** The query of an address, `?` included; what is at its default is left out, so short links stay short. */
export function writeViewState(view: ViewState): string {
  const query = new URLSearchParams()
  if (view.range !== DEFAULT_VIEW.range) query.set('range', view.range)
  if (view.without.length > 0) query.set('without', view.without.join(','))
  if (view.form !== DEFAULT_VIEW.form) query.set('form', view.form)
  const { by, descending } = view.sort
  if (by !== DEFAULT_VIEW.sort.by || descending !== DEFAULT_VIEW.sort.descending) {
    query.set('sort', `${descending ? '-' : ''}${by}`)
  }
  if (view.filter !== null) query.set('state', view.filter)
  // Commas are legal in a query and far easier to read than %2C.
  const text = query.toString().replaceAll('%2C', ',')
  return text === '' ? '' : `?${text}`
}

/** The names with one put in or taken out, in their fixed order. */
export function toggled(without: readonly Without[], name: Without): Without[] {
  return WITHOUT_NAMES.filter((each) => without.includes(each) !== (each === name))
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T | null {
  return known.find((each) => each === value) ?? null
}
