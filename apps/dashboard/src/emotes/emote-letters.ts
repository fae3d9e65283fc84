/**
 * Two letters that stand for an emote without a picture. Emotes of a channel begin with its prefix in small letters
 * (`orbitLove`), which they all share: what follows tells them apart.
 */
export function emoteLetters(code: string): string {
  const own = /^\p{Ll}+[\p{Nd}_]*(\p{Lu}.*)$/u.exec(code)?.[1] ?? code
  return [...own].slice(0, 2).join('')
}
