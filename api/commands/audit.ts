import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import type { Act, Args } from './command.ts';
import { writeDownload } from './write-download.ts';

const list: Act = async (args, { open }) => {
  args.require();
  return { value: { acts: await allRows<object>(await open(), `/v1/audit-log?${filterOf(args)}`) } };
};

const exportCsv: Act = async (args, { open }) => {
  args.require();
  const path = args.requireOption('out');
  const download = (await open()).download(`/v1/audit-log.csv?${filterOf(args)}`);
  await writeDownload(download, { path, otherwise: 'choose another file with --out' });
  return { value: { file: path } };
};

const changes: Act = async (args, { open }) => {
  args.require();
  const filter = args.flag('without-request') ? '?has_request=false' : '';
  return { value: { changes: await allRows<object>(await open(), `/v1/audit-changes${filter}`) } };
};

/** Lists what was done, or what it changed, or writes it as CSV. */
export const audit = oneOf({ list, export: exportCsv, changes });

const FILTERS = { actor: 'actor_id', act: 'act', subject: 'subject', from: 'from', until: 'until' } as const;

function filterOf(args: Args): URLSearchParams {
  const given = Object.entries(FILTERS).flatMap(([option, name]) => {
    const value = args.option(option);
    return value === undefined ? [] : [[name, value]];
  });
  return new URLSearchParams([...given, ...(args.flag('refused') ? [['is_refused', 'true']] : [])]);
}
