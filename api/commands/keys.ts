import { Rejected } from '../../warehouse/errors.ts';
import type { Command } from './command.ts';

/** Keys to the API. */
export const keys: Command = {
  usage: 'keys create --role R --name N [--creator C] | keys list | keys revoke ID',
  meaning: 'makes a key (role creator, finance, analyst or operator), lists all, ends one at once',
  options: { role: { type: 'string' }, name: { type: 'string' }, creator: { type: 'string' } },
  async run(args, { open }) {
    const [act = ''] = args.several('create, list or revoke');
    if (act === 'create') {
      args.named(act);
      const creator_id = args.option('creator');
      const body = { role: args.required('role'), name: args.required('name'), ...(creator_id && { creator_id }) };
      const made = await (await open()).ask<{ api_key_id: string; key: string }>('/v1/keys', { method: 'POST', body });
      return { value: { ...made, note: 'The key is shown this once; keep it where secrets are kept.' } };
    }
    if (act === 'list') {
      args.named(act);
      const { data } = await (await open()).ask<{ data: object[] }>('/v1/keys');
      return { value: { keys: data } };
    }
    if (act === 'revoke') {
      const [, id] = args.named(act, 'The id of the key');
      return { value: await (await open()).ask(`/v1/keys/${encodeURIComponent(id)}`, { method: 'DELETE' }) };
    }
    throw new Rejected(`${act} is not create, list or revoke.`);
  },
};
