import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';
import * as harfbuzz from 'harfbuzzjs';
import { makeSubsetsFast } from './font-subset.ts';
import { FONT_FILES, typefaces, type Weight } from './typeface.ts';

/** Of Han characters, which differ by language: simplified Chinese, Japanese, Korean. */
export type HanFont = 'sc' | 'jp' | 'kr';

/** The fonts beside Inter, each in its regular weight: the package, the file, and the script that it is for. */
const SCRIPT_FONTS = {
  arabic: ['noto-sans-arabic', 'NotoSansArabic', /\p{Script_Extensions=Arabic}/u],
  hebrew: ['noto-sans-hebrew', 'NotoSansHebrew', /\p{Script_Extensions=Hebrew}/u],
  devanagari: ['noto-sans-devanagari', 'NotoSansDevanagari', /\p{Script_Extensions=Devanagari}/u],
  bengali: ['noto-sans-bengali', 'NotoSansBengali', /\p{Script_Extensions=Bengali}/u],
  gurmukhi: ['noto-sans-gurmukhi', 'NotoSansGurmukhi', /\p{Script_Extensions=Gurmukhi}/u],
  gujarati: ['noto-sans-gujarati', 'NotoSansGujarati', /\p{Script_Extensions=Gujarati}/u],
  oriya: ['noto-sans-oriya', 'NotoSansOriya', /\p{Script_Extensions=Oriya}/u],
  tamil: ['noto-sans-tamil', 'NotoSansTamil', /\p{Script_Extensions=Tamil}/u],
  telugu: ['noto-sans-telugu', 'NotoSansTelugu', /\p{Script_Extensions=Telugu}/u],
  kannada: ['noto-sans-kannada', 'NotoSansKannada', /\p{Script_Extensions=Kannada}/u],
  malayalam: ['noto-sans-malayalam', 'NotoSansMalayalam', /\p{Script_Extensions=Malayalam}/u],
  sinhala: ['noto-sans-sinhala', 'NotoSansSinhala', /\p{Script_Extensions=Sinhala}/u],
  thai: ['noto-sans-thai', 'NotoSansThai', /\p{Script_Extensions=Thai}/u],
  lao: ['noto-sans-lao', 'NotoSansLao', /\p{Script_Extensions=Lao}/u],
  khmer: ['noto-sans-khmer', 'NotoSansKhmer', /\p{Script_Extensions=Khmer}/u],
  myanmar: ['noto-sans-myanmar', 'NotoSansMyanmar', /\p{Script_Extensions=Myanmar}/u],
  ethiopic: ['noto-sans-ethiopic', 'NotoSansEthiopic', /\p{Script_Extensions=Ethiopic}/u],
  georgian: ['noto-sans-georgian', 'NotoSansGeorgian', /\p{Script_Extensions=Georgian}/u],
  armenian: ['noto-sans-armenian', 'NotoSansArmenian', /\p{Script_Extensions=Armenian}/u],
  thaana: ['noto-sans-thaana', 'NotoSansThaana', /\p{Script_Extensions=Thaana}/u],
  tibetan: ['noto-serif-tibetan', 'NotoSerifTibetan', /\p{Script_Extensions=Tibetan}/u],
  sc: ['noto-sans-sc', 'NotoSansSC', /[\p{Script_Extensions=Han}\p{Script_Extensions=Bopomofo}\uff00-\uffef]/u],
  jp: ['noto-sans-jp', 'NotoSansJP', /[\p{Script_Extensions=Hiragana}\p{Script_Extensions=Katakana}\u2600-\u26ff]/u],
  kr: ['noto-sans-kr', 'NotoSansKR', /\p{Script_Extensions=Hangul}/u],
  emoji: ['noto-emoji', 'NotoEmoji', /\p{Extended_Pictographic}|\p{Regional_Indicator}/u],
  math: ['noto-sans-math', 'NotoSansMath', /[\u{1d400}-\u{1d7ff}]|\p{Sm}/u],
  symbols: ['noto-sans-symbols-2', 'NotoSansSymbols2', /\p{S}/u],
} as const;

type ScriptFont = keyof typeof SCRIPT_FONTS;
export type FaceName = Weight | ScriptFont;

/** A font that HarfBuzz can shape with and pdfkit can embed. */
interface Face {
  readonly name: FaceName;
  readonly font: Font;
  readonly shaper: harfbuzz.Font;
  covers(codePoint: number): boolean;
}

const NAMES = Object.keys(SCRIPT_FONTS) as ScriptFont[];
/** Characters that draw nothing by themselves, and direct how others are joined or which way they run. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** What the person who wrote it meant as a picture rather than as a letter. */
const PICTURE = /\p{Emoji_Presentation}|\ufe0f/u;

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const HANGUL = /\p{Script=Hangul}/u;
const MOST_FOUND = 20_000;

const opened = new Map<FaceName, Face>();

/** The font of that name; read when it is first needed, and once per thread. */
export function faceOf(name: FaceName): Face {
  const known = opened.get(name);
  if (known) return known;
  const face = isWeight(name) ? openInter(name) : openScriptFont(name);
  opened.set(name, face);
  return face;
}

const isWeight = (name: FaceName): name is Weight => name in typefaces;

function openInter(name: Weight): Face {
  const { font, covers } = typefaces[name];
  const file = readFileSync(fileURLToPath(import.meta.resolve(FONT_FILES[name])));
  return {
    name,
    font,
    shaper: new harfbuzz.Font(new harfbuzz.Face(new harfbuzz.Blob(file))),
    covers: (codePoint) => covers(String.fromCodePoint(codePoint)),
  };
}

function openScriptFont(name: ScriptFont): Face {
  const [folder, prefix] = SCRIPT_FONTS[name];
  const path = `@expo-google-fonts/${folder}/400Regular/${prefix}_400Regular.ttf`;
  const file = readFileSync(fileURLToPath(import.meta.resolve(path)));
  const font = create(file);
  makeSubsetsFast(font, file);
  return {
    name,
    font,
    shaper: new harfbuzz.Font(new harfbuzz.Face(new harfbuzz.Blob(file))),
    covers: (codePoint) => font.hasGlyphForCodePoint(codePoint),
  };
}

/** Which forms Han characters have in a text: those of the language whose own letters are in it, else the given ones. */
export function hanFontOf(text: string, otherwise: HanFont): HanFont {
  if (KANA.test(text)) return 'jp';
  return HANGUL.test(text) ? 'kr' : otherwise;
}

/** By weight, font of Han characters and cluster. */
const found = new Map<string, FaceName | undefined>();

/** Which font draws a character as a reader sees it, a grapheme cluster; undefined if none has all of its code points. */
export function faceNameOf(cluster: string, weight: Weight, han: HanFont): FaceName | undefined {
  const key = `${weight} ${han} ${cluster}`;
  if (found.has(key)) return found.get(key);
  const name = findFace(cluster, weight, han);
  if (found.size >= MOST_FOUND) found.clear();
  found.set(key, name);
  return name;
}

function findFace(cluster: string, weight: Weight, han: HanFont): FaceName | undefined {
  const codePoints = Array.from(cluster)
    .filter((character) => !INVISIBLE.test(character))
    .map((character) => character.codePointAt(0) ?? 0);
  const isCovered = (name: FaceName): boolean => codePoints.every((codePoint) => faceOf(name).covers(codePoint));
  if (PICTURE.test(cluster) && isCovered('emoji')) return 'emoji';
  if (isCovered('regular') && isCovered('strong')) return weight;
  const ofScript = NAMES.filter((name) => SCRIPT_FONTS[name][2].test(cluster));
  const preferred: FaceName[] = ofScript.includes('sc') ? [han, ...ofScript, 'jp', 'kr'] : ofScript;
  return preferred.find(isCovered);
}
