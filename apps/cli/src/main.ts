#!/usr/bin/env node
import { runCommandLine } from './command-line.ts'

/** Everything is closed by now; a connection that was left behind, as to a server that is away, is not waited for. */
const LEFT_BEHIND_MS = 500

process.exitCode = await runCommandLine(process.argv.slice(2))
setTimeout(() => process.exit(), LEFT_BEHIND_MS).unref()
