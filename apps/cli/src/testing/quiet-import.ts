/** An import in this process. */
import { loadSettings } from '@smacktalk/runtime'
import { type ImportedFiles, importFiles } from '../import-files.ts'
import { NamedScope } from '../named-scope.ts'

export interface QuietImport extends ImportedFiles {
  /** What it said. */
  readonly said: readonly string[]
}

export async function quietImport(
  dataDir: string,
  paths: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<QuietImport> {
  const said: string[] = []
  const overrides = { dataDir, source: 'twitch' }
  const loaded = loadSettings({ env: {}, cwd: dataDir, config: undefined, overrides })
  await using scope = new NamedScope()
  const terminal = { say: (text: string) => void said.push(text) }
  return { ...(await importFiles({ loaded, paths, scope, terminal, signal })), said }
}
