/** Names remembered; far more than one process listens to, so only a hostile stream ever fills it. */
const ROOM_NAMES_MAX = 10_000

/** Which room id a `#name` was last seen with; the name not changed for longest goes first. */
export interface RoomNames {
  set(login: string, roomId: string): void
  get(login: string): string | null
}

export function createRoomNames(namesMax = ROOM_NAMES_MAX): RoomNames {
  const rooms = new Map<string, string>()
  return {
    set(login, roomId) {
      if (rooms.get(login) === roomId) return
      rooms.delete(login)
      rooms.set(detached(login), detached(roomId))
      if (rooms.size <= namesMax) return
      for (const oldest of rooms.keys()) {
        rooms.delete(oldest)
        break
      }
    },
    get(login) {
      return rooms.get(login) ?? null
    },
  }
}

/** A slice keeps the whole line it was cut from in memory; what is kept for long must not. */
function detached(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
