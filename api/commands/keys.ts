import { CREATOR_ID, KEY_ROLES } from '../auth/keys.ts';
import { oneOf } from './acts.ts';
import { type Act, type Args, WrongUsage } from './command.ts';

const create: Act = async (args, { open }) => {
  args.named();
  const body = { role: args.requiredOneOf('role', KEY_ROLES), name: args.required('name'), ...creatorOf(args) };
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

function creatorOf(args: Args): { creator_id?: string } {
  const creator_id = args.option('creator');
  if (creator_id === undefined) return {};
  if (CREATOR_ID.test(creator_id)) return { creator_id };
  throw new WrongUsage(`--creator must be the id of a creator such as cr_ada, not ${JSON.stringify(creator_id)}.`);
}
