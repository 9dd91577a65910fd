import type { Effect } from '../../jobs/corrected.ts';
import type { Correction } from '../../jobs/corrections.ts';
import { oneOf } from './acts.ts';
import type { Act } from './command.ts';

const PATH = '/v1/corrections';

const propose: Act = async (args, { open }) => {
  const [corrected_kind, corrected_id] = args.require('The kind of what is corrected', 'Its id');
  const body = {
    ...{ corrected_kind, corrected_id, units: args.option('units'), amount: args.option('amount') },
    ...{ currency: args.option('currency'), replaced_by_id: args.option('replaced-by') },
    ...{ reason: args.requireOption('reason'), reference: args.requireOption('reference'), by: args.requirePerson() },
  };
  const proposed = await (await open()).requestJson<{ correction: Correction; effects: Effect[] }>(PATH, {
    method: 'POST',
    body,
  });
  return { value: { ...proposed } };
};

const list: Act = async (args, { open }) => {
  args.require();
  const state = args.option('state');
  const path = state === undefined ? PATH : `${PATH}?state=${encodeURIComponent(state)}`;
  const { data } = await (await open()).requestJson<{ data: Correction[] }>(path);
  return { value: { corrections: data } };
};

const approve: Act = async (args, { open }) => {
  const body = { correction_ids: args.requireSeveral('The id of a correction'), by: args.requirePerson() };
  const answer = await (await open()).requestJson<{ approved: Correction[] }>(`${PATH}/approvals`, {
    method: 'POST',
    body,
  });
  return { value: { ...answer } };
};

const reject: Act = async (args, { open }) => {
  const [id] = args.require('The id of the correction');
  const body = { reason: args.requireOption('reason'), by: args.requirePerson() };
  const path = `${PATH}/${encodeURIComponent(id)}/rejection`;
  return { value: { ...(await (await open()).requestJson<Correction>(path, { method: 'POST', body })) } };
};

/** Proposes, lists, approves or rejects corrections of what was reported. */
export const corrections = oneOf({ propose, list, approve, reject });
