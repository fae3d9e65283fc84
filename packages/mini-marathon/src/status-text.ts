/** What runs, for a person: `curl http://127.0.0.1:8080/`. */
import type { MiniMarathon } from './mini-marathon.ts'
import type { RunningTask } from './running-task.ts'

export function statusText({ records, deployments }: MiniMarathon): string {
  const apps = records.flatMap(({ app, tasks, servicePorts, backoff }) => {
    const all = [...tasks.values()]
    const healthy = all.filter(({ isHealthy, isStopping }) => isHealthy && !isStopping).length
    const ports = servicePorts.map(({ port }) => `, http://127.0.0.1:${port}`).join('')
    const waitMs = backoff.untilMs - Date.now()
    const waits = waitMs > 0 && all.length < app.instances ? `, next start in ${seconds(waitMs)}` : ''
    return [`${app.id}  ${healthy}/${app.instances} healthy${ports}${waits}`, ...all.map(taskLine)]
  })
  const under = deployments.map(
    ({ id, at, steps }) => `Deployment ${id} is at step ${at + 1} of ${steps.length}.`,
  )
  return `${[...apps, ...under].join('\n') || 'Nothing runs.'}\n`
}

function taskLine({ id, pid, ports, startedAtMs, isHealthy, isStopping, isReady }: RunningTask): string {
  const state = isStopping ? 'stopping' : isHealthy ? (isReady ? 'up' : 'healthy, not ready') : 'starting'
  const at = ports.map((port) => `:${port}`).join(' ')
  return `  ${id}  ${state}  process ${pid ?? 'none yet'}  ${at}  for ${seconds(Date.now() - startedAtMs)}`
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`
}
