export {
  openThirdPartyEmotes,
  type ThirdPartyEmotes,
  type ThirdPartyEmotesOptions,
} from './emotes/third-party-emotes.ts'
export { createJoinBudget, JOIN_WINDOW_MS, type JoinBudget } from './join-budget.ts'
export { createJoinFile, type JoinMemory } from './join-memory.ts'
export { createLineReader, type LineOrigin, type LineReader, type ReadLine } from './read-line.ts'
export {
  type AskHistory,
  createHistoryService,
  HISTORY_LINES_MAX,
  type HistoryAnswer,
  type HistoryQuestion,
  type ToldLine,
} from './recent-messages.ts'
export type { SourceLog } from './source-log.ts'
export { openTmiSource, type TmiSourceOptions } from './tmi-source.ts'
