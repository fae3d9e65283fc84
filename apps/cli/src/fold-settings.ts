import type { Settings } from '@smacktalk/runtime'
import { DEFAULT_FOLD_SETTINGS, type FoldSettings } from '@smacktalk/stream'

/** What decides results, from the settings: the same for every command that folds. */
export function foldSettings({
  horizonMs,
  spoolMs,
  stopWords,
}: Pick<Settings, 'horizonMs' | 'spoolMs' | 'stopWords'>): FoldSettings {
  return { ...DEFAULT_FOLD_SETTINGS, horizonMs, spoolMs, stopWords: new Set(stopWords) }
}
