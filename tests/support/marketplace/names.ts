import type { Random } from './prng.ts';

const words = (text: string): readonly string[] => text.split(', ');

const GIVEN = [
  ...words('Ada, Amélie, Åsa, Beatriz, Björn, Camille, Carys, Daan, Dário, Élodie, Emeka, Fátima, Finn, Gaëlle, Hana'),
  ...words('Iñaki, Ines, Jörg, Kofi, Léa, Linnéa, Łucja, Mateo, Meera, Nils, Noor, Océane, Orla, Paulo, Quinn, Renée'),
  ...words('Saoirse, Søren, Tomás, Tove, Ümit, Vera, Wanda, Yuki, Zoë'),
];
// Syllables, so that a family name is nobody's real name.
const FAMILY_HEAD = words(
  'Ardel, Bram, Cor, Dûr, Ever, Fal, Grön, Hol, Ister, Kel, Lind, Mar, Nor, Ö, Pell, Quor, Ros, Sten, Tór, Vas',
);
const FAMILY_TAIL = words(
  'bexley, dovar, fjell, gravel, hådde, kvarn, lumière, mirov, nacht, quell, rinsky, stède, thorne, ügel, varo, wyn',
);

const COMPANY_HEAD = [
  ...words('Brindle, Cobalt, Dapple, Ember, Fennel, Gossamer, Hollow, Inkwell, Juniper, Kestrel, Lattice, Marrow'),
  ...words('Nettle, Ochre, Pumice, Quill, Rookery, Saffron, Thistle, Umbra, Vellum, Wicker'),
];
const COMPANY_TAIL = words('fathom, forge, glyph, grain, lode, mote, quern, spindle, tensor, vane, weave, wright');
const COMPANY_FORM = words('AI, Labs, Models, Research, GmbH, Intelligence, S.à r.l., Inc.');

const MOOD = words(
  'Quiet, Amber, Hollow, Northern, Unsent, Slow, Salt, Borrowed, Été, Tidal, Paper, Late, Über, Copper',
);
const THING = [
  ...words('Harbours, Letters, Market Voices, Fjords, Recipes, Façades, Night Trains, Orchards, Dialogues, Lullabies'),
  ...words('Footnotes, Machines, Meadows, Street Signs'),
];
const FORM = words(
  'vol. 1, vol. 2, a collection, 2019–2024, field notes, annotated, in four parts, remastered, raw takes',
);

/** Titles that break careless spreadsheets, tables and layouts. */
export const ODD_TITLES: readonly string[] = [
  '=SUM(of small things)',
  '+1 for Silence',
  'Rain, "Wind", and Ash',
  `O'Brine's Tide; or, the 2" Nail`,
  `A Complete and Unabridged ${'Inventory of Every Gate, Hedge, Stile and Milestone along the Coastal Path, '.repeat(5)}with Plates`,
  '-40° — Ævintýri í snjó',
  '@home with Ñandú',
];

export function personName(random: Random): string {
  return `${random.pick(GIVEN)} ${random.pick(FAMILY_HEAD)}${random.pick(FAMILY_TAIL)}`;
}

export function companyName(random: Random): string {
  return `${random.pick(COMPANY_HEAD)}${random.pick(COMPANY_TAIL)} ${random.pick(COMPANY_FORM)}`;
}

/** A plausible title; of every five hundred assets, the first seven have odd ones. */
export function assetTitle(random: Random, ordinal: number): string {
  return ODD_TITLES[ordinal % 500] ?? `${random.pick(MOOD)} ${random.pick(THING)}, ${random.pick(FORM)}`;
}
