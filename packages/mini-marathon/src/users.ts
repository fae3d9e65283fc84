/** The account that tasks run as. Only root can change it, so for everybody else the field `user` says nothing. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { MachineError } from './errors.ts'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** A name or a number of `/etc/passwd`. */
export function accountNamed(name: string, passwd = readFileSync('/etc/passwd', 'utf8')): Account {
  for (const line of passwd.split('\n')) {
    const [login, , uid, gid] = line.split(':')
    if ((login === name || uid === name) && uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new MachineError(`There is no user ${name} on this machine.`, 'Use --keep-user to run as yourself.')
}

const READ_ALL = 'for (const path of process.argv.slice(1)) require("node:fs").accessSync(path, 4)'

/** @throws {MachineError} when the account may not read one of the paths: then no task could start. */
export function requireReadable(name: string, account: Account, paths: readonly string[]): void {
  const { status, error } = spawnSync(process.execPath, ['--eval', READ_ALL, ...paths], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  })
  if (status === 0) return
  throw new MachineError(
    `Tasks run as ${name}, who may not read ${paths.join(', ')}.`,
    'Let others read the checkout and the folders above it, or use --keep-user to run tasks as yourself.',
    error,
  )
}
