import { APP_SCOPES } from '../auth/app-scopes.ts';
import { oneOf } from './acts.ts';
import { type Act, type Args, WrongUsage } from './command.ts';

const create: Act = async (args, { open }) => {
  args.require();
  const redirect_uris = args.list('redirect');
  if (redirect_uris.length === 0) throw new WrongUsage('--redirect is missing.');
  const body = {
    ...{ name: args.requireOption('name'), redirect_uris, ...requireScopes(args) },
    ...{ is_public: args.flag('public'), by: args.requirePerson() },
  };
  const created = await (await open()).requestJson<{ client_secret?: string }>('/v1/apps', { method: 'POST', body });
  const note =
    'app_id is the client_id of the app. The secret is shown only once; give it to the partner on a safe way.';
  return { value: { ...created, ...(created.client_secret !== undefined && { note }) } };
};

const list: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: { redirect_uris: string[]; scopes: string[] }[] }>(
    '/v1/apps',
  );
  const texts = data.map((app) => ({
    ...app,
    redirect_uris: app.redirect_uris.join(' '),
    scopes: app.scopes.join(' '),
  }));
  return { value: { apps: texts } };
};

const revoke: Act = async (args, { open }) => {
  const [id] = args.require('The id of the app');
  const path = `/v1/apps/${encodeURIComponent(id)}?${new URLSearchParams({ by: args.requirePerson() })}`;
  return { value: await (await open()).requestJson(path, { method: 'DELETE' }) };
};

/** Registers, lists or revokes apps of partners. */
export const apps = oneOf({ create, list, revoke });

function requireScopes(args: Args): { scopes?: readonly string[] } {
  const scopes = args.list('scope');
  const unknown = scopes.find((scope) => !APP_SCOPES.some((each) => each === scope));
  if (unknown !== undefined) {
    throw new WrongUsage(`--scope must be one of ${APP_SCOPES.join(', ')}, not ${JSON.stringify(unknown)}.`);
  }
  return scopes.length === 0 ? {} : { scopes };
}
