import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import type { MadeKey } from '../auth/key-secret.ts';
import { KEY_ROLES } from '../auth/keys.ts';
import { oneOf } from './acts.ts';
import { type Act, type Args, WrongUsage } from './command.ts';

interface Shown extends Pick<MadeKey, 'key'> {
  readonly api_key_id: string;
}

const ONCE = { note: 'The key is shown only once; store it as a secret.' };

const create: Act = async (args, { open }) => {
  args.require();
  const scopes = args.list('scope');
  const expires_at = parseInstantOption(args, 'expires');
  const body = {
    ...{ role: args.requireChoice('role', KEY_ROLES), name: args.requireOption('name') },
    ...requireSubject(args, 'creator'),
    ...requireSubject(args, 'developer'),
    ...(scopes.length > 0 && { scopes }),
    ...(expires_at !== undefined && { expires_at }),
  };
  const made = await (await open()).requestJson<Shown>('/v1/keys', { method: 'POST', body });
  return { value: { ...made, ...ONCE } };
};

const list: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: object[] }>('/v1/keys');
  return { value: { keys: data } };
};

const rotate: Act = async (args, { open }) => {
  const former_ends_at = parseInstantOption(args, 'former-until');
  const path = `${pathOf(args)}/rotations`;
  const body = former_ends_at === undefined ? {} : { former_ends_at };
  const made = await (await open()).requestJson<Shown>(path, { method: 'POST', body });
  return { value: { ...made, ...ONCE } };
};

const revoke: Act = async (args, { open }) => {
  const path = `${pathOf(args)}${args.flag('former') ? '/former-secret' : ''}`;
  return { value: await (await open()).requestJson(path, { method: 'DELETE' }) };
};

/** Creates, lists, rotates or revokes API keys. */
export const keys = oneOf({ create, list, rotate, revoke });

function pathOf(args: Args): string {
  const [id] = args.require('The id of the key');
  return `/v1/keys/${encodeURIComponent(id)}`;
}

function requireSubject(args: Args, subject: 'creator' | 'developer'): object {
  const id = args.option(subject);
  if (id === undefined) return {};
  const { pattern = '', example } = FIELDS[`${subject}_id`];
  if (new RegExp(pattern).test(id)) return { [`${subject}_id`]: id };
  throw new WrongUsage(`--${subject} must be the id of a ${subject} such as ${example}, not ${JSON.stringify(id)}.`);
}

/** A day, which stands for its beginning in UTC, or an instant. */
function parseInstantOption(args: Args, option: string): string | undefined {
  const text = args.option(option);
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d\d-\d\d(T\S+Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new WrongUsage(
    `--${option} must be a day such as 2026-12-31, or an instant in UTC such as 2026-12-31T12:00:00Z, not ${JSON.stringify(text)}.`,
  );
}
