import { runCluster } from './run-cluster.ts'

process.exitCode = await runCluster(process.argv.slice(2))
