import type { AssignedPayer } from '../../jobs/tax/payers.ts';
import { oneOf } from './acts.ts';
import type { Act, Args } from './command.ts';

interface Assignments {
  readonly data: readonly AssignedPayer[];
}

const WITHHELD_BY =
  "Tax is withheld by the payer's own settings, else by those of main if it is in the same country, else not at all. Settings: tantieme tax settings show. Bank files pay from the payer's own account, Stripe from the one account of the platform, whatever the payer.";

const assign: Act = async (args, { open }) => {
  const { first: payer, rest } = args.divide('The payer');
  const creators = rest.requireSeveral('The id of a creator');
  const body = { payer, creators, year: args.requireOption('from'), by: args.requirePerson() };
  const { data } = await (await open()).requestJson<Assignments>('/v1/tax/payers', { method: 'POST', body });
  return { value: { assigned: data, note: WITHHELD_BY } };
};

const list: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<Assignments>('/v1/tax/payers');
  return { value: { assigned: data, note: 'All others have the payer that the tax file begins with (main).' } };
};

/** Gives creators another payer of the tax file from a year on, and lists who has one. */
export const taxPayers = oneOf({ assign, list });

/** The payer whose form is meant, for a query or the options of a job; none for the main one. */
export function payerIn(args: Args): { readonly payer?: string } {
  const payer = args.option('payer');
  return payer === undefined ? {} : { payer };
}
