import type { Effect } from '../../jobs/corrected.ts';
import type { Correction } from '../../jobs/corrections.ts';
import { oneOf } from './acts.ts';
import type { Act } from './command.ts';

const PATH = '/v1/corrections';

const propose: Act = async (args, { open }) => {
  const [corrected_kind, corrected_id] = args.named('The kind of what is corrected', 'Its id');
  const body = {
    ...{ corrected_kind, corrected_id, units: args.option('units'), amount: args.option('amount') },
    ...{ currency: args.option('currency'), replaced_by_id: args.option('replaced-by') },
    ...{ reason: args.required('reason'), reference: args.required('reference'), by: args.person() },
  };
  const proposed = await (await open()).requestJson<{ correction: Correction; effects: Effect[] }>(PATH, {
    method: 'POST',
    body,
  });
  return { value: { ...proposed } };
};

const list: Act = async (args, { open }) => {
  args.named();
  const state = args.option('state');
  const path = state === undefined ? PATH : `${PATH}?state=${encodeURIComponent(state)}`;
  const { data } = await (await open()).requestJson<{ data: Correction[] }>(path);
  return { value: { corrections: data } };
};

const approve: Act = async (args, { open }) => {
  const body = { correction_ids: args.several('The id of a correction'), by: args.person() };
  const answer = await (await open()).requestJson<{ approved: Correction[] }>(`${PATH}/approvals`, {
    method: 'POST',
    body,
  });
  return { value: { ...answer } };
};

const reject: Act = async (args, { open }) => {
  const [id] = args.named('The id of the correction');
  const body = { reason: args.required('reason'), by: args.person() };
  const path = `${PATH}/${encodeURIComponent(id)}/rejection`;
  return { value: { ...(await (await open()).requestJson<Correction>(path, { method: 'POST', body })) } };
};

/** Proposes, lists, approves or rejects corrections of what was reported. */
export const corrections = oneOf({ propose, list, approve, reject });
