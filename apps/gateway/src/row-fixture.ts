/** Rows and views with nothing in them but what a test gives. */
import { type CoverageRow, emptyClasses, emptyCounts, type SpanRow, type View } from '@smacktalk/contract'
import { NOW } from './clock-fixture.ts'

export function classes(messages: number, index = 0): number[] {
  return emptyClasses().with(index, messages)
}

export function spanRow(value: Partial<SpanRow>): SpanRow {
  return {
    ownerRun: 'live',
    ownerPosition: 0,
    messages: emptyClasses(),
    characters: emptyClasses(),
    emoteUses: emptyClasses(),
    counts: emptyCounts(),
    otherNoticesByKind: [],
    droppedByReason: [],
    peakPerSecond: 0,
    chatters: { exact: [], registers: null },
    openSeconds: [],
    ...value,
  }
}

export function coverageRow(value: Partial<CoverageRow>): CoverageRow {
  const none = { importedStarts: [], importedEnds: [], backfilledStarts: [], backfilledEnds: [] }
  return { starts: [], ends: [], ...none, losses: [], ...value }
}

export function viewOf(value: Partial<View> & { channelId: string; position: number }): View {
  return {
    channelLogin: 'alpha',
    appendMs: NOW,
    asOf: null,
    seconds: [],
    minutes: [],
    hours: [],
    days: [],
    coverage: [],
    moments: [],
    surgeAt: null,
    ...value,
  }
}
