/** What a channel talks about. Templates: {n} noun, {v} verb, {a} adjective, {e} emote, {w} word-like emote, {m} emoji. */
export interface Flavour {
  readonly topic: string
  readonly nouns: readonly string[]
  readonly verbs: readonly string[]
  readonly adjectives: readonly string[]
  readonly templates: readonly string[]
  readonly questions: readonly string[]
  readonly commands: readonly string[]
  /** Plain words that third parties would show as pictures. */
  readonly wordEmotes: readonly string[]
}

const words = (text: string): string[] => text.split(' ')

const TALK: Flavour = {
  topic: 'Just talking',
  nouns: words(
    'story soup weekend coffee neighbour recipe bicycle garden sandwich holiday train umbrella cat',
  ),
  verbs: words('visit taste describe remember repeat explain rate enjoy'),
  adjectives: words('cosy strange lovely enormous quiet familiar wild tiny'),
  templates: [
    'that {n} story was {a}',
    'did you ever {v} a {n} before',
    'tell us about the {n} again',
    'my {n} is {a} too',
    'best {n} talk of the week {e}',
  ],
  questions: ['where was this?', 'what did the neighbour say?', 'is the soup ready?'],
  commands: words('!discord !topic !schedule !soup'),
  wordEmotes: words('owlHype owlNod spoonUp'),
}

const MUSIC: Flavour = {
  topic: 'Music',
  nouns: words('chorus bassline melody tape record drums piano verse tempo synth bridge vinyl harmony'),
  verbs: words('play loop hum sample record mix slow'),
  adjectives: words('smooth warm catchy dreamy loud crisp mellow'),
  templates: [
    'this {n} is so {a}',
    '{v} that {n} once more please',
    'the {n} after the {n} gives me chills {e}',
    'who plays the {n} here',
    'vibing to the {a} {n}',
  ],
  questions: ['what song is this?', 'which album is it from?', 'is that a real tape deck?'],
  commands: words('!song !playlist !request !discord'),
  wordEmotes: words('tapeRoll vibeFox noteDance'),
}

const STRATEGY: Flavour = {
  topic: 'Strategy',
  nouns: words('scout harvest tower frontier bridge granary archer economy flank treaty orchard map siege'),
  verbs: words('defend expand scout trade upgrade flank rebuild'),
  adjectives: words('risky greedy solid clever early late unguarded'),
  templates: [
    '{v} the {n} first',
    'that {n} looks {a} from here',
    'going {a} again {e}',
    'the {n} will run out before the {n}',
    'if they {v} now the {n} is lost',
  ],
  questions: ['why not expand now?', 'how many archers are left?', 'is this the new patch?'],
  commands: words('!map !build !rank !settings'),
  wordEmotes: words('wowLamp thinkTank appleUp'),
}

const QUIZ: Flavour = {
  topic: 'Quiz night',
  nouns: words('answer question capital planet river round hint buzzer category inventor island volcano'),
  verbs: words('guess answer check lock skip know'),
  adjectives: words('tricky easy obvious obscure final wrong correct'),
  templates: [
    'it has to be the {n}',
    'the {n} was {a} this time',
    'I will {v} the {a} one',
    'locking in the {n} {e}',
    'no way that {n} is {a}',
  ],
  questions: ['what was the question?', 'how many rounds are left?', 'can we get a hint?'],
  commands: words('!score !team !rules !hint'),
  wordEmotes: words('thinkPear buzzFrog smartMole'),
}

const RACING: Flavour = {
  topic: 'Racing',
  nouns: words('corner lap tyre pit apex chicane brake overtake slipstream gearbox podium sector kart'),
  verbs: words('brake drift overtake box lift attack defend'),
  adjectives: words('late clean wide fast muddy slippery tight'),
  templates: [
    'what a {a} {n}',
    '{v} later into the {n}',
    'the {n} is gone {e}',
    'purple {n} again',
    'too {a} in the last {n}',
  ],
  questions: ['what lap is it?', 'soft or hard tyres?', 'who set the record?'],
  commands: words('!time !setup !wheel !track'),
  wordEmotes: words('vroomSnail boxBox flagDog'),
}

const BUILDER: Flavour = {
  topic: 'City builder',
  nouns: words('roundabout tram district canal budget library park highway windmill station bakery bridge'),
  verbs: words('zone connect bulldoze widen upgrade fund'),
  adjectives: words('crowded pretty crooked cheap green noisy efficient'),
  templates: [
    'the {n} needs a {n}',
    '{v} the {n} before it floods',
    'such a {a} {n} {e}',
    'traffic at the {n} again',
    'more {n} less highway',
  ],
  questions: ['how big is the budget?', 'where does the tram go?', 'which mods are these?'],
  commands: words('!mods !city !population !map'),
  wordEmotes: words('honkTram brickJoy duckPlan'),
}

const CODE: Flavour = {
  topic: 'Programming',
  nouns: words('bug test parser loop branch type build function cache index compiler socket queue'),
  verbs: words('refactor test rename debug ship revert profile'),
  adjectives: words('flaky green lazy recursive typed tiny legacy'),
  templates: [
    'the {n} is {a} again',
    '{v} the {n} and call it a day',
    'works on my {n} {e}',
    'did the {n} pass this time',
    'a {a} {n} is still a {n}',
  ],
  questions: ['which editor is that?', 'what language is this?', 'is the repo public?'],
  commands: words('!repo !editor !theme !lang'),
  wordEmotes: words('bugHug catType shipIt'),
}

const COOKING: Flavour = {
  topic: 'Cooking',
  nouns: words('dough butter onion oven garlic basil pan cheese noodle sauce lemon pastry pumpkin'),
  verbs: words('stir bake fold season taste chop simmer'),
  adjectives: words('golden burnt crispy spicy fluffy salty fresh'),
  templates: [
    '{v} the {n} a bit longer',
    'that {n} looks {a}',
    'more {n} please {e}',
    'never trust a {a} {n}',
    'the smell of {n} and {n} is the best',
  ],
  questions: ['how hot is the oven?', 'is that real butter?', 'how long does it bake?'],
  commands: words('!recipe !menu !oven !discord'),
  wordEmotes: words('yumMoon panFlip cheeseWow'),
}

export const FLAVOURS: readonly Flavour[] = [TALK, MUSIC, STRATEGY, QUIZ, RACING, BUILDER, CODE, COOKING]

/** The world's own channels, largest first, each with the flavour it has. */
export const OWN_CHANNELS: readonly (readonly [login: string, flavour: Flavour])[] = [
  ['cobalt_canteen', TALK],
  ['tundra_tapes', MUSIC],
  ['orbit_orchard', STRATEGY],
  ['quarry_quiz', QUIZ],
  ['velvet_voltage', RACING],
  ['maple_monorail', BUILDER],
  ['sleepy_syntax', CODE],
  ['neon_nettle', MUSIC],
  ['harbor_harp', MUSIC],
  ['tidal_teapot', TALK],
  ['brass_badger', STRATEGY],
  ['lunar_larder', COOKING],
  ['pocket_piano', MUSIC],
  ['copper_comet', CODE],
  ['gravel_garden', BUILDER],
  ['static_sparrow', RACING],
  ['willow_wagon', TALK],
  ['mellow_mill', COOKING],
  ['pepper_pixel', RACING],
  ['oak_oracle', QUIZ],
  ['quiet_quartz', CODE],
  ['rune_ranch', STRATEGY],
]

/** Templates every channel shares. */
export const COMMON_TEMPLATES: readonly string[] = [
  'hello everyone {m}',
  'good evening chat',
  'just got here what did I miss',
  'that was {a}',
  'I love this {n}',
  'wait what {e}',
  'no way {w}',
  '{m} {e} so {a}',
  'this {n} is the best part of my day',
  'agreed',
  'nice {n} {m}',
  'haha {e} {e}',
  '{w} {w} {w}',
  'ok but the {n} though',
  'clip it',
  'thanks for the stream, see you tomorrow',
  'I think we should {v} it',
  'the {a} {n} strikes again {m} {e}',
  'still waiting for the {n}',
  'yes',
  'lets goooo {e}',
  'can you {v} the {n} next',
]

/** Short reactions, mostly emotes. */
export const REACTIONS: readonly string[] = [
  '{e}',
  '{e} {e} {e}',
  '{w}',
  '{e} {w}',
  'lol',
  'gg',
  '{m}',
  'true',
  '{m}{m} {e}',
  'wow {e}',
]

export const COPYPASTAS: readonly string[] = [
  'I came for the snacks, I stayed for the songs, I am leaving with a new favourite spoon',
  'dear streamer, my grandmother says the lamp is too bright and she is never wrong about lamps',
  'ladies and gentlemen, this is your captain speaking, please fasten your seat belts and enjoy the soup',
  'roses are red, the tram is late, whoever reads this should sit up straight',
]

export const THANKS: readonly string[] = [
  'thank you for the gift {e}',
  'so kind {m}',
  'gifts {e} {e}',
  'woo {w}',
]

export const RAID_GREETINGS: readonly string[] = [
  'raid {e} {e} {e}',
  'hello from the raid {m}',
  'hi we brought cake {m}',
  'raiders say hi {w}',
  'what are we watching',
]

export const SURGE_SHOUTS: readonly string[] = [
  'WHAT',
  'NO WAY {e}',
  'did that just happen',
  '{m}{m}{m}',
  'LETS GO {w}',
]

export const SPAM: readonly string[] = [
  'free stickers at stickers.example.test come and see',
  'best wallpapers on wallpapers.example.test today',
  'type hello to win a paper boat paperboats.example.test',
]

/** Texts in other scripts and languages. */
export const OTHER_LANGUAGES: readonly string[] = [
  'こんばんは、今日もよろしくお願いします',
  'おもしろい {e}',
  'привет всем, хорошего вечера',
  'отличная песня {e}',
  'schöne Grüße aus dem Wald',
  'olá pessoal, tudo bem? {m}',
  '안녕하세요 반가워요',
  'مرحبا بالجميع',
  'שלום לכולם',
  '大家晚上好 {e}',
  'bonjour à tous, très belle musique',
  'สวัสดีทุกคน {m}',
  'dzień dobry wszystkim',
]

export const EMOJI: readonly string[] = [
  '😀',
  '🎉',
  '🔥',
  '🫖',
  '🦊',
  '🚀',
  '💜',
  '👀',
  '🎈',
  '👩‍🍳',
  '❤️',
  '🍰',
]

/** Texts that break careless programs; harmless in meaning. They hold no line end, which IRC could not carry. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<script>document.title="hello"</script>',
  '<b>bold</b> & <i>brave</i>',
  '<img src=x onerror="this.alt=1">',
  '=SUM(A1:A9)',
  '+1+1',
  '-2+3',
  '@SUM(1+1)',
  '=HYPERLINK("https://example.org";"tea")',
  'left \u202Eright to left\u202C left',
  '\u2066isolated\u2069 marks \u200F here',
  ':tmi.twitch.tv PRIVMSG #nowhere :a line in a line',
  'PING :tmi.twitch.tv',
  '@badges=broadcaster/1;id=1 :x!x@x.tmi.twitch.tv PRIVMSG #nowhere :hi',
  "'; DROP TABLE minutes; --",
  // A placeholder as text, not a template: other people's programs expand it.
  ['$', '{7*7} {{7*7}} %s %d %n'].join(''),
  '__proto__ constructor toString',
  'separators \u2028 and \u2029 and \u0085 stay inside',
  'vertical\u000Btab and\u000Cform feed',
  'z\u0300\u0301\u0302\u0303a\u0304\u0305\u0306l\u0307\u0308\u0309g\u030A\u030B\u030Co',
  '\\s \\: \\\\ \\n tags; escapes= in text',
  '../../etc/motd %2e%2e%2f',
  'null undefined NaN true 0',
  '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466} family \u{1F3F4}\u{E0067}\u{E0062}\u{E007F} flag',
]

export const LINKS: readonly string[] = [
  'https://example.org/maps/{n}',
  'look at https://clips.example.com/{n}{n}',
  'www.example.net/{n} has it',
  'guide: docs.example.org/{v}/{n} {e}',
]
