import { oneOf } from './acts.ts';
import type { Act } from './command.ts';

const create: Act = async (args, { open }) => {
  args.named();
  const creator_id = args.option('creator');
  const body = { role: args.required('role'), name: args.required('name'), ...(creator_id && { creator_id }) };
  const created = await (await open()).requestJson<{ api_key_id: string; key: string }>('/v1/keys', {
    method: 'POST',
    body,
  });
  return { value: { ...created, note: 'The key is shown only once; store it as a secret.' } };
};

const list: Act = async (args, { open }) => {
  args.named();
  const { data } = await (await open()).requestJson<{ data: object[] }>('/v1/keys');
  return { value: { keys: data } };
};

const revoke: Act = async (args, { open }) => {
  const [id] = args.named('The id of the key');
  return { value: await (await open()).requestJson(`/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' }) };
};

/** Creates, lists or revokes API keys. */
export const keys = oneOf({ create, list, revoke });
