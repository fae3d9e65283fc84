import type { Command } from './command.ts'
import { DATA_OPTIONS } from './offline-data.ts'
import { terminal } from './terminal.ts'

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'looks at everything the product needs and says what is wrong',
  options: DATA_OPTIONS,
  details: `A line each, with ok, warn or FAIL and what to do: settings, Twitch, and for a cluster broker, topics, store, schema,
clocks, who runs what, and which step of a record's way moved last. It changes no data and may run beside
everything else. With embedded data it asks the product that works on them, or looks at them if none does.

Exit code 1 means that something failed.`,
  async run(values, signal) {
    const { runDoctor } = await import('./doctor.ts')
    const overrides = { source: values['source'], dataDir: values['data-dir'] }
    const options = { env: process.env, cwd: process.cwd(), config: values['config'], overrides }
    const print = (line: string): void => void process.stdout.write(`${line}\n`)
    await runDoctor(options, { terminal, print, signal })
  },
}
