import type { Selectable } from 'kysely';
import type { Outcome } from '../../jobs/job.ts';
import type { FiledOutcome } from '../../jobs/tax/file-form.ts';
import type { ListedForm, ProfileHistory, ShownProfiles } from '../../jobs/tax/tax-profiles.ts';
import type { TaxYearStatus } from '../../jobs/tax/tax-year.ts';
import type { YearOpening } from '../../jobs/tax/year-openings.ts';
import { filesInArchive } from '../../reports/render/zip.ts';
import { FORMS } from '../../reports/tax/words.ts';
import { Rejected } from '../../warehouse/errors.ts';
import type { DocumentsTable } from '../../warehouse/operational/document-tables.ts';
import { SettingsReader } from '../../warehouse/settings.ts';
import { taxConfig } from '../boot/tax-config.ts';
import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import type { Client } from './client.ts';
import { type Act, type Args, type Context, WrongUsage } from './command.ts';
import { textOfFile } from './read-file.ts';
import { payerIn, taxPayers } from './tax-payers.ts';
import { writeFiles } from './write-files.ts';

/** The files of a tax form have the numbers of creators. */
const OF_THE_OWNER = { mode: 0o600 };
const THE_CREATOR = 'The id of the creator';

const set: Act = async (args, context) => {
  const [creator] = args.require(THE_CREATOR);
  const profile = await readProfile(args.requireOption('file'), context);
  const body = { ...profile, by: args.requirePerson() };
  return { value: await (await context.open()).requestJson(pathOf(creator), { method: 'POST', body }) };
};

const show: Act = async (args, { open }) => {
  const [creator] = args.require(THE_CREATOR);
  const client = await open();
  if (!args.flag('reveal')) return { value: { ...(await client.requestJson<ShownProfiles>(pathOf(creator))) } };
  const body = { because: args.requireReason(), by: args.requirePerson() };
  const shown = await client.requestJson<ShownProfiles>(`${pathOf(creator)}/reveal`, { method: 'POST', body });
  return { value: { ...shown } };
};

const list: Act = async (args, { open }) => {
  args.require();
  const expiring = args.option('expiring');
  if (expiring !== undefined && !/^\d{1,4}$/.test(expiring)) {
    throw new WrongUsage(`--expiring takes a number of days, not ${JSON.stringify(expiring)}.`);
  }
  const isMissing = args.flag('missing');
  if (isMissing && expiring !== undefined) throw new WrongUsage('--expiring and --missing are two lists; give one.');
  const client = await open();
  if (isMissing)
    return {
      value: { creators_without_form: await allRows(client, '/v1/tax/creators-without-form') },
    };
  const filter = expiring === undefined ? '' : `?expiring_days=${expiring}`;
  return { value: { forms: await allRows<ListedForm>(client, `/v1/tax/profiles${filter}`) } };
};

const history: Act = async (args, { open, isJson }) => {
  const [creator] = args.require(THE_CREATOR);
  const found = await (await open()).requestJson<ProfileHistory>(`${pathOf(creator)}/history`);
  const versions = found.versions.map(({ facts: _, ...version }) => version);
  return { value: isJson ? { ...found } : { ...found, versions } };
};

const erase: Act = async (args, { open }) => {
  const [creator] = args.require(THE_CREATOR);
  const body = { because: args.requireReason(), by: args.requirePerson() };
  return { value: await (await open()).requestJson(`${pathOf(creator)}/erasure`, { method: 'POST', body }) };
};

const backupWithholding: Act = async (args, { open }) => {
  const [creator, state] = args.require(THE_CREATOR, 'on or off');
  if (state !== 'on' && state !== 'off') throw new WrongUsage(`${state} is not on or off.`);
  const body = { is_on: state === 'on', because: args.requireReason(), by: args.requirePerson() };
  const path = `${pathOf(creator)}/backup-withholding`;
  return { value: await (await open()).requestJson(path, { method: 'POST', body }) };
};

const createKey: Act = async (args, { environment }) => {
  args.require();
  const settings = new SettingsReader(environment());
  const { taxKeyPlaces = [] } = taxConfig(settings);
  settings.finish();
  const [first] = taxKeyPlaces;
  if (first?.kind !== 'file') {
    throw new Rejected(
      first
        ? 'The key cannot be created: TANTIEME_TAX_KEYS names a key in AWS KMS first; create the key there, and name it.'
        : 'The key cannot be created: set TANTIEME_TAX_KEYS to file:PATH, the file in which it is to be kept.',
    );
  }
  const { addTaxKey } = await import('../../jobs/tax/key-file.ts');
  const [current, ...others] = await addTaxKey(first.path);
  return {
    value: { current_key_id: current, file: first.path, other_keys: others.length, note: noteOf(others.length) },
  };
};

const noteOf = (others: number): string =>
  others === 0
    ? 'Back the file up apart from the control store: without it no tax profile can be opened.'
    : 'Next: tantieme tax keys rotate, after which the other keys can be removed. Back the file up.';

const rotate: Act = async (args, { open }) => {
  args.require();
  const by = args.requirePerson();
  return { value: await (await open()).run({ job: 'rotate-tax-keys', by }) };
};

const setSettings: Act = async (args, { open }) => {
  args.require();
  const body = {
    ...payerIn(args),
    valid_from_on: args.requireOption('from'),
    payer_country: args.requireOption('payer-country'),
    undocumented_treatment: args.requireOption('without-form').replaceAll('-', '_'),
    by: args.requirePerson(),
  };
  return { value: await (await open()).requestJson('/v1/tax/settings', { method: 'POST', body }) };
};

const showSettings: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: readonly object[] }>('/v1/tax/settings');
  return { value: { settings: data, ...(data.length === 0 && { note: 'No tax is withheld of anybody.' }) } };
};

const status: Act = async (args, { open }) => {
  const [year] = args.require('The tax year');
  const path = `/v1/tax/years/${encodeURIComponent(year)}/status?${new URLSearchParams({ ...payerIn(args) })}`;
  return { value: { ...(await (await open()).requestJson<TaxYearStatus>(path)) } };
};

/** A preview. Writes nothing unless the whole export is there. */
const exportForm: Act = async (args, { open }) => {
  const [year] = args.require('The tax year');
  const [form, out] = [requireForm(args), args.requireOption('out')];
  const path = `/v1/tax/years/${encodeURIComponent(year)}/exports/${form}?${new URLSearchParams({ ...payerIn(args), by: args.requirePerson() })}`;
  const files = filesInArchive(await (await open()).get(path));
  const note = 'A preview: nothing is recorded as filed. Next: tantieme tax file.';
  return { value: { year, form, files: await writeFiles(out, files, OF_THE_OWNER), note } };
};

/** Files a form, and writes what is given to the tax office and the copies of creators to a folder if one is named. */
const file: Act = async (args, { open }) => {
  const [year] = args.require('The tax year');
  const form = requireForm(args);
  const [because, refused, out] = [args.option('because'), args.option('refused'), args.option('out')];
  const accepted = args.list('accept');
  const options = {
    ...{
      year,
      form,
      ...payerIn(args),
      ...(because !== undefined && { because }),
      ...(refused !== undefined && { refused }),
    },
    ...(args.flag('payer-corrected') && { payer_corrected: 'true' }),
    ...(accepted.length > 0 && { accepted: JSON.stringify(accepted) }),
  };
  const client = await open();
  const filed = await client.run({ job: 'file-tax-form', options, by: args.requirePerson() });
  return {
    value:
      out === undefined ? filed : { ...filed, files: await writeFiling(client, { filed, out, by: byPerson(args) }) },
  };
};

/** Whoever has requested an opening also reads what it opens. */
const byPerson = (args: Args): URLSearchParams => new URLSearchParams({ by: args.requirePerson() });

async function writeFiling(
  client: Client,
  { filed, out, by }: { filed: Outcome; out: string; by: URLSearchParams },
): Promise<string[]> {
  const { document_id, year } = filed as unknown as FiledOutcome;
  const contentOf = (id: string): Promise<Buffer> => client.get(`/v1/documents/${encodeURIComponent(id)}?${by}`);
  const written = await writeFiles(out, filesInArchive(await contentOf(document_id)), OF_THE_OWNER);
  const [kind = ''] = document_id.split('-');
  const filing = document_id.replace(/zip$/, '');
  for (const each of await allRows<ListedDocument>(client, `/v1/documents?kind=${kind}&period=${year}`)) {
    if (each.format !== 'pdf' || !each.document_id.startsWith(filing)) continue;
    const name = `recipients/${each.file_name}`;
    written.push(...(await writeFiles(out, [{ name, bytes: await contentOf(each.document_id) }], OF_THE_OWNER)));
  }
  return written;
}

type ListedDocument = Pick<Selectable<DocumentsTable>, 'document_id' | 'format' | 'file_name'>;

/** Requests to open the numbers of a form of a year; somebody else releases it. */
const requestOpening: Act = async (args, { open }) => {
  const [year] = args.require('The tax year');
  const body = { year, form: requireForm(args), because: args.requireReason(), by: args.requirePerson() };
  const client = await open();
  const opening = await client.requestJson<YearOpening>('/v1/tax/openings', { method: 'POST', body });
  const note = `Next: somebody else runs tantieme tax release ${opening.opening_id} within three days.`;
  return { value: { ...opening, note } };
};

const releaseOpening: Act = async (args, { open }) => {
  const [opening] = args.require('The id of the request');
  const path = `/v1/tax/openings/${encodeURIComponent(opening)}/release`;
  const released = await (await open()).requestJson<YearOpening>(path, {
    method: 'POST',
    body: { by: args.requirePerson() },
  });
  return { value: { ...released } };
};

const listOpenings: Act = async (args, { open }) => {
  args.require();
  const { data } = await (await open()).requestJson<{ data: readonly YearOpening[] }>('/v1/tax/openings');
  return { value: { openings: data } };
};

function requireForm(args: Args): string {
  const form = args.requireOption('form');
  if (FORMS.some((each) => each === form)) return form;
  throw new WrongUsage(`--form is ${FORMS.join(', ')}, not ${JSON.stringify(form)}.`);
}

/** Stores, shows, lists and erases the tax profiles of creators, creates and rotates their keys, and exports and files the forms of a year. */
export const tax = oneOf({
  profile: oneOf({ set, show, list, history, erase, 'backup-withholding': backupWithholding }),
  settings: oneOf({ set: setSettings, show: showSettings }),
  payers: taxPayers,
  status,
  open: requestOpening,
  release: releaseOpening,
  openings: listOpenings,
  export: exportForm,
  file,
  keys: oneOf({ create: createKey, rotate }),
});

const pathOf = (creator: string): string => `/v1/tax/profiles/${encodeURIComponent(creator)}`;

async function readProfile(file: string, { stdin }: Context): Promise<object> {
  const profile = parsed(await textOfFile(file, { stdin }));
  if (typeof profile === 'object' && profile !== null && !Array.isArray(profile)) return profile;
  // The parser's own message would show what is in the file.
  throw new Rejected(`${file} has no tax profile in it: it must be one JSON object.`);
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
