import { text as readAll } from 'node:stream/consumers';
import { signEmbed } from '../../reports/dashboards/embed.ts';
import { metabaseApi } from '../../reports/dashboards/metabase/client.ts';
import { provision as provisionIn } from '../../reports/dashboards/metabase/provision.ts';
import { oneOf } from './acts.ts';
import { type Act, type Args, type Context, WrongUsage } from './command.ts';

const provision: Act = async (args, context) => {
  args.require();
  const url = parseAddress(args, 'url');
  const pagesUrl = args.option('pages') === undefined ? undefined : parseAddress(args, 'pages').replace(/\/$/, '');
  const request = { database: args.requireOption('database'), schema: parseSchema(args), pagesUrl };
  const key = await secretIn(args, 'key', context);
  return { value: { ...(await provisionIn(metabaseApi({ url, key }), request)) } };
};

const embed: Act = async (args, context) => {
  const [creatorId] = args.require('The creator');
  const dashboardId = Number(args.requireOption('dashboard'));
  if (!Number.isSafeInteger(dashboardId) || dashboardId < 1) {
    throw new WrongUsage('--dashboard must be the number of a dashboard in Metabase.');
  }
  const url = parseAddress(args, 'url');
  const secret = await secretIn(args, 'secret', context);
  return { value: { url: signEmbed({ url, secret, dashboardId, creatorId, now: context.clock.now() }) } };
};

/** Brings the dashboards into Metabase, or signs the address at which one is embedded for a creator. */
export const metabase = oneOf({ provision, embed });

function parseAddress(args: Args, name: string): string {
  const given = args.requireOption(name);
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw new WrongUsage(`--${name} must be an http or https address, not ${JSON.stringify(given)}.`);
}

/** It becomes a part of the SQL of cards. */
function parseSchema(args: Args): string | undefined {
  const schema = args.option('schema');
  if (schema === undefined || /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/.test(schema)) return schema;
  throw new WrongUsage(`--schema must be the name of a schema, not ${JSON.stringify(schema)}.`);
}

/** A secret, or `-` for one on stdin, where no list of processes shows it. */
async function secretIn(args: Args, name: string, { stdin }: Context): Promise<string> {
  const given = args.requireOption(name);
  return given === '-' ? (await readAll(stdin)).trim() : given;
}
