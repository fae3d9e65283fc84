/**
 * The environment of a task: what the file says, and what stands in for the container. Pure.
 *
 * A container has ports, addresses and a sandbox of its own; a process on this machine shares them. So a value equal
 * to a container port becomes the port that the task was given, the address of every interface becomes the loopback
 * one, and the sandbox's path becomes that of the task's folder.
 */
import type { App, Job } from './definition.ts'

/** Where UCR mounts the sandbox in a container with an image. */
const SANDBOX_IN_CONTAINER = '/mnt/mesos/sandbox'
const EVERY_INTERFACE = '0.0.0.0'
const LOOPBACK = '127.0.0.1'

/** Overlays for this machine. */
export interface Overlay {
  /** Replaces variables where a file sets them, and adds none. */
  readonly replace: Readonly<Record<string, string>>
  /** For every task. */
  readonly set: Readonly<Record<string, string>>
}

export interface TaskPlace {
  readonly taskId: string
  /** One per port mapping, in their order. */
  readonly ports: readonly number[]
  readonly sandbox: string
  /** Where programs are found; `node` first. */
  readonly path: string
}

export function appEnvironment(app: App, place: TaskPlace, overlay: Overlay): Record<string, string> {
  const ports = new Map(
    app.ports.map(({ containerPort }, index) => [String(containerPort), place.ports[index]]),
  )
  const own = withOverlay(app.env, overlay).map(([name, value]) => {
    const port = ports.get(value)
    return [name, port === undefined ? standIn(value, place) : String(port)]
  })
  const [first] = place.ports
  return {
    ...common(place),
    ...(first === undefined ? {} : { PORT: String(first), PORTS: place.ports.join(',') }),
    ...Object.fromEntries(place.ports.map((port, index) => [`PORT${index}`, String(port)])),
    MARATHON_APP_ID: app.id,
    MARATHON_APP_VERSION: app.configuration,
    ...Object.fromEntries(own),
  }
}

export function jobEnvironment(job: Job, place: TaskPlace, overlay: Overlay): Record<string, string> {
  const own = withOverlay(job.env, overlay).map(([name, value]) => [name, standIn(value, place)])
  return { ...common(place), ...Object.fromEntries(own) }
}

function common({ taskId, sandbox, path }: TaskPlace): Record<string, string> {
  return {
    PATH: path,
    HOME: sandbox,
    TMPDIR: sandbox,
    HOST: LOOPBACK,
    MESOS_SANDBOX: sandbox,
    MESOS_TASK_ID: taskId,
    NODE_ENV: 'production', // as in the image
  }
}

function withOverlay(env: Readonly<Record<string, string>>, { replace, set }: Overlay): [string, string][] {
  const replaced = Object.entries(env).map(([name, value]) => [name, replace[name] ?? value])
  return Object.entries({ ...Object.fromEntries(replaced), ...set })
}

function standIn(value: string, { sandbox }: TaskPlace): string {
  if (value === EVERY_INTERFACE) return LOOPBACK
  const inside = value === SANDBOX_IN_CONTAINER || value.startsWith(`${SANDBOX_IN_CONTAINER}/`)
  return inside ? sandbox + value.slice(SANDBOX_IN_CONTAINER.length) : value
}
