import { runMarathon } from './run-marathon.ts'

process.exit(await runMarathon(process.argv.slice(2)))
