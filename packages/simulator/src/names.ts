/** Invented people: a number gives an id and a name, one to one, so that no two ids share a login. */
import { hashNumber } from './random.ts'

const FIRST = (
  'mossy dune amber brisk calm clever cloudy cosmic crispy curly dapper dizzy dusty early fabled fancy fluffy ' +
  'foggy frosty fuzzy gentle giddy ginger glossy golden grainy groovy happy hazel hidden honest humble icy ' +
  'jolly keen kind lazy leafy lemon little lively lofty loyal lucky magic maple marble mellow merry mighty ' +
  'minty misty modest muddy neat nimble noble nutty olive paper patient peachy pebble plucky polite pretty ' +
  'proud quick quiet rapid rosy royal rusty salty sandy satin shady shiny silent silver sleepy smoky snowy ' +
  'solar spicy steady stormy sunny tidy tiny toasty velvet vivid wavy windy witty woolly zesty'
).split(' ')
const SECOND = (
  'kettle drifter acorn anchor badger bagel banjo barrel basil beacon beetle biscuit blanket bobcat bramble ' +
  'bucket button cactus candle canoe carrot castle cello cherry cinder clover cobbler comet cookie cricket ' +
  'cushion dolphin domino donkey feather fiddle finch flute fossil gecko giraffe goose hammock harbor hedgehog ' +
  'heron iguana jacket jigsaw juniper kayak kitten koala ladder lantern lemur lizard llama lobster magnet ' +
  'mango marmot meadow mitten muffin napkin noodle nugget ocelot onion otter paddle pancake panda parrot ' +
  'pelican pencil penguin pepper pickle pigeon pillow pirate pixel poodle potato puddle puffin pumpkin puzzle ' +
  'rabbit radish raven rocket saddle'
).split(' ')
const LOCAL = (
  '青い狐 夜の猫 小さな星 緑茶の人 눈사람 작은별 푸른바다 лунный_кот тихий_лес зелёный_чай 小熊猫 山間散步 ' +
  'นกฮูกน้อย ستاره'
).split(' ')
const COLORS = (
  '#FF0000 #0000FF #008000 #B22222 #FF7F50 #9ACD32 #FF4500 #2E8B57 #DAA520 #D2691E #5F9EA0 #1E90FF #FF69B4 ' +
  '#8A2BE2 #00FF7F #CC44FF'
).split(' ')

/** People known in many channels. Prime, so that a channel's affine walk visits each once. */
export const COMMON_PEOPLE = 2_003
/** People of all channels together beside the common ones; prime for the same reason. */
export const POOL_PEOPLE = 99_991
/** People who have not written before this run of the world, per channel and run; prime too. */
export const NEWCOMERS = 999_983

const BASE_NAMES = FIRST.length * SECOND.length
/** Odd names that programs stumble over; all legal as logins. */
const AWKWARD_LOGINS = new Map<number, string>([
  [1_999, 'constructor'],
  [1_777, '__proto__'],
  [1_555, 'tostring'],
  [1_333, 'null'],
])

export interface Person {
  readonly number: number
  /** Decimal user id; stays when the person is renamed. */
  readonly id: string
  readonly login: string
  /** As shown: mostly the login in other case; sometimes in another script, rarely empty. */
  readonly displayName: string
  readonly color: string
  readonly turbo: boolean
}

/** The smallest step >= `start` that shares no factor with `count`, so that walking by it visits everything. */
function coprimeStep(start: number, count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let step = start
  while (divisor(step, count) !== 1) step += 1
  return step
}
const NAME_STEP = coprimeStep(5_333, BASE_NAMES)

function baseLogin(index: number, suffix: number): string {
  const separator = hashNumber(index, 5) % 3 === 0 ? '' : '_'
  return `${FIRST[index % FIRST.length]}${separator}${SECOND[Math.floor(index / FIRST.length)]}${suffix || ''}`
}

function shownName(login: string, draw: number): string {
  const kind = draw % 100
  if (kind < 3) return LOCAL[(draw >>> 8) % LOCAL.length] ?? login
  if (kind === 3) return ''
  if (kind < 40) return login
  if (kind < 50) return login.toUpperCase()
  return login.replace(/(^|_)[a-z]/g, (letter) => letter.toUpperCase())
}

/** The person with this number in the world of this seed. `renamed` is a login that replaced the first one. */
export function makePerson(seed: number, number: number, renamed?: string): Person {
  const draw = hashNumber(number, seed)
  const index = (number * NAME_STEP + (hashNumber(seed, 11) % BASE_NAMES)) % BASE_NAMES
  const login = renamed ?? AWKWARD_LOGINS.get(number) ?? baseLogin(index, Math.floor(number / BASE_NAMES))
  return {
    number,
    id: String(30_000_000 + number * 37 + (hashNumber(number, seed + 1) % 37)),
    login,
    displayName: shownName(login, draw),
    color: draw % 11 === 0 ? '' : (COLORS[(draw >>> 4) % COLORS.length] ?? ''),
    turbo: draw % 97 === 0,
  }
}

/** A login nobody else has: the person's number is in it. */
export function newLoginOf(person: Person, times: number): string {
  return `${FIRST[hashNumber(person.number, times) % FIRST.length]}_was_${person.number}${'x'.repeat(times % 4)}`
}
