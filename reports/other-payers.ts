import { type TSchema, Type } from 'typebox';
import { MAIN_PAYER, PAYER_ID_PATTERN } from '../warehouse/vocabulary/tax.ts';

/** `other_payers` of a settings file: what it has for each company that pays creators beside the main one, by its id in the tax file. */
export const otherPayers = <S extends TSchema>(settings: S) =>
  Type.Optional(Type.Record(Type.String({ pattern: PAYER_ID_PATTERN }), settings, { additionalProperties: false }));

/** What a settings file has for each payer, the main one first. */
export const byPayer = <P>(main: P, others: Readonly<Record<string, P>> = {}): [payerId: string, settings: P][] => [
  [MAIN_PAYER, main],
  ...Object.entries(others),
];

/** Where a settings file has the settings of a payer: what stands before their names. */
export const placeOf = (payerId: string = MAIN_PAYER): string =>
  payerId === MAIN_PAYER ? '' : `other_payers.${payerId}.`;

/** What is wrong with the settings of each payer, the main one first, with the place of those of the others. */
export function faultsByPayer<P>(
  payers: readonly (readonly [payerId: string, settings: P])[],
  faultsOf: (settings: P) => readonly string[],
): string[] {
  return payers.flatMap(([id, settings]) => faultsOf(settings).map((fault) => `${placeOf(id)}${fault}`));
}

/** What is wrong with the ids of other payers; `main` says who the main one is in the file. */
export function faultsOfIds(others: object | undefined, main: string): string[] {
  return others && MAIN_PAYER in others ? [`other_payers: ${MAIN_PAYER} is ${main}; call the other one otherwise`] : [];
}
