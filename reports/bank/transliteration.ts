/**
 * Texts in the characters that every bank takes: SEPA's basic Latin set (EPC230-15), which is also a part of what ACH takes. What is outside
 * is written as the EPC's best practice recommends (EPC217-08): a letter loses its marks, Greek and Cyrillic letters become Latin ones, and
 * punctuation without a like becomes a full stop. The table is our own: shared Cyrillic letters as the Bulgarian and those of one language
 * as that state writes them. A character that is not in it is never dropped: the text cannot be written.
 */

/** `a-z A-Z 0-9 / - ? : ( ) . , ' +` and the blank. */
const BASIC = /^[A-Za-z0-9/\-?:().,'+ ]$/;

/** In pairs: letters without a decomposition, and what stands for them. */
const LATIN = `ß s ẞ S æ a Æ A œ o Œ O ø o Ø O ł l Ł L đ d Đ D ð d Ð D þ th Þ TH ħ h Ħ H ı i ĸ k ŋ n Ŋ N ŧ t Ŧ T ə e Ə E ŀ l Ŀ L`;

const GREEK = `α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o`;

const CYRILLIC = `а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х h ц ts ч ch ш sh щ sht ъ a ы y
  ь y э e ю yu я ya ё e ђ dj ѓ g є ye ѕ dz і i ї yi ј j љ lj њ nj ћ c ќ k ў u џ dz ґ g`;

const SIGNS = `& + _ - ~ - ; , ‘ ' ’ ' ‚ ' ‛ ' “ ' ” ' „ ' « ' » ' ‹ ' › ' " ' \` ' ´ ' ʼ ' ‐ - ‑ - ‒ - – - — - ― - − - … ... € E`;

/** No equivalent: a full stop, as the EPC recommends. */
const WITHOUT_LIKE = '!#$%*<=>@[\\]^{|}¡¿§°·•©®™';

const TABLE = tableOf();

function tableOf(): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  const pairsOf = (text: string): [string, string][] => {
    const words = text.trim().split(/\s+/);
    return words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? '']] : []));
  };
  for (const [from, to] of pairsOf(`${LATIN} ${SIGNS}`)) table.set(from, to);
  for (const [from, to] of pairsOf(`${GREEK} ${CYRILLIC}`)) {
    table.set(from, to);
    // Final sigma has the capital letter of the other.
    table.set(from.toUpperCase(), to.toUpperCase());
  }
  for (const sign of WITHOUT_LIKE) table.set(sign, '.');
  return table;
}

interface Transliterated {
  /** Without the characters that have no equivalent; blanks at the ends and repeated ones are gone. */
  readonly text: string;
  /** Characters that cannot be written, each once. */
  readonly unknown: readonly string[];
}

/** Never fails: what cannot be written is in `unknown`. */
export function transliterate(text: string): Transliterated {
  const unknown = new Set<string>();
  let written = '';
  const characters = [...text.normalize('NFC').replace(/\p{Zs}/gu, ' ')];
  for (const [at, character] of characters.entries()) {
    const as = writtenAs(character);
    if (as === undefined) unknown.add(character);
    // Θωμάς is Thomas, and ΘΩΜΑΣ is THOMAS.
    else if (as.length > 1 && /^\p{Ll}$/u.test(characters[at + 1] ?? '')) written += as[0] + as.slice(1).toLowerCase();
    else written += as;
  }
  return { text: written.replace(/ +/g, ' ').trim(), unknown: [...unknown] };
}

function writtenAs(character: string): string | undefined {
  if (BASIC.test(character)) return character;
  const own = TABLE.get(character);
  if (own !== undefined) return own;
  const parts = [...character.normalize('NFKD').replace(/\p{Mn}/gu, '')];
  const written = parts.map((part) => (BASIC.test(part) ? part : TABLE.get(part)));
  return written.includes(undefined) ? undefined : written.join('');
}

/** Whether every character is in SEPA's basic Latin set. */
export function isBasicLatin(text: string): boolean {
  return /^[A-Za-z0-9/\-?:().,'+ ]*$/.test(text);
}

/** `“好” (U+597D), “🎵” (U+1F3B5)`: characters for a sentence. */
export function listCharacters(characters: readonly string[]): string {
  const code = (character: string): string =>
    (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const shown = (character: string): string => (/^[\p{C}\p{Z}]$/u.test(character) ? '' : `“${character}” `);
  return characters.map((character) => `${shown(character)}(U+${code(character)})`).join(', ');
}
