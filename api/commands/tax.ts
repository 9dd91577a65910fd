import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { FiledOutcome } from '../../jobs/tax/file-form.ts';
import type { ListedForm, ProfileHistory, ShownProfiles } from '../../jobs/tax/tax-profiles.ts';
import type { TaxYearStatus } from '../../jobs/tax/tax-year.ts';
import { filesInArchive } from '../../reports/render/zip.ts';
import { FORMS } from '../../reports/tax/words.ts';
import { messageOf, Rejected } from '../../warehouse/errors.ts';
import { SettingsReader } from '../../warehouse/settings.ts';
import { taxConfig } from '../boot/tax-config.ts';
import { oneOf } from './acts.ts';
import { allRows } from './all-rows.ts';
import { type Act, type Args, type Context, WrongUsage } from './command.ts';
import { writeFiles } from './write-files.ts';

/** The files of a tax form have the numbers of creators. */
const OF_THE_OWNER = { mode: 0o600 };
const THE_CREATOR = 'The id of the creator';

const set: Act = async (args, context) => {
  const [creator] = args.named(THE_CREATOR);
  const profile = await readProfile(args.required('file'), context);
  const body = { ...profile, by: args.person() };
  return { value: await (await context.open()).requestJson(pathOf(creator), { method: 'POST', body }) };
};

const show: Act = async (args, { open }) => {
  const [creator] = args.named(THE_CREATOR);
  const client = await open();
  if (!args.flag('reveal')) return { value: { ...(await client.requestJson<ShownProfiles>(pathOf(creator))) } };
  const body = { because: reasonIn(args), by: args.person() };
  const shown = await client.requestJson<ShownProfiles>(`${pathOf(creator)}/reveal`, { method: 'POST', body });
  return { value: { ...shown } };
};

const list: Act = async (args, { open }) => {
  args.named();
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
  const [creator] = args.named(THE_CREATOR);
  const found = await (await open()).requestJson<ProfileHistory>(`${pathOf(creator)}/history`);
  const versions = found.versions.map(({ facts: _, ...version }) => version);
  return { value: isJson ? { ...found } : { ...found, versions } };
};

const erase: Act = async (args, { open }) => {
  const [creator] = args.named(THE_CREATOR);
  const body = { because: reasonIn(args), by: args.person() };
  return { value: await (await open()).requestJson(`${pathOf(creator)}/erasure`, { method: 'POST', body }) };
};

const backupWithholding: Act = async (args, { open }) => {
  const [creator, state] = args.named(THE_CREATOR, 'on or off');
  if (state !== 'on' && state !== 'off') throw new WrongUsage(`${state} is not on or off.`);
  const body = { is_on: state === 'on', because: reasonIn(args), by: args.person() };
  const path = `${pathOf(creator)}/backup-withholding`;
  return { value: await (await open()).requestJson(path, { method: 'POST', body }) };
};

const createKey: Act = async (args, { environment }) => {
  args.named();
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
  args.named();
  const by = args.person();
  return { value: await (await open()).run({ job: 'rotate-tax-keys', by }) };
};

const setSettings: Act = async (args, { open }) => {
  args.named();
  const body = {
    valid_from_on: args.required('from'),
    payer_country: args.required('payer-country'),
    undocumented_treatment: args.required('without-form').replaceAll('-', '_'),
    by: args.person(),
  };
  return { value: await (await open()).requestJson('/v1/tax/settings', { method: 'POST', body }) };
};

const showSettings: Act = async (args, { open }) => {
  args.named();
  const { data } = await (await open()).requestJson<{ data: readonly object[] }>('/v1/tax/settings');
  return { value: { settings: data, ...(data.length === 0 && { note: 'No tax is withheld of anybody.' }) } };
};

const status: Act = async (args, { open }) => {
  const [year] = args.named('The tax year');
  const path = `/v1/tax/years/${encodeURIComponent(year)}/status`;
  return { value: { ...(await (await open()).requestJson<TaxYearStatus>(path)) } };
};

/** A preview. Writes nothing unless the whole export is there. */
const exportForm: Act = async (args, { open }) => {
  const [year] = args.named('The tax year');
  const [form, out] = [formIn(args), args.required('out')];
  const files = filesInArchive(await (await open()).get(`/v1/tax/years/${encodeURIComponent(year)}/exports/${form}`));
  const note = 'A preview: nothing is recorded as filed. Next: tantieme tax file.';
  return { value: { year, form, files: await writeFiles(out, files, OF_THE_OWNER), note } };
};

/** Files a form, and writes what is given to the tax office to a folder if one is named. */
const file: Act = async (args, { open }) => {
  const [year] = args.named('The tax year');
  const form = formIn(args);
  const [because, out] = [args.option('because'), args.option('out')];
  const body = {
    ...(because !== undefined && { because }),
    ...{ is_refused: args.flag('refused'), accepted: args.list('accept'), by: args.person() },
  };
  const client = await open();
  const path = `/v1/tax/years/${encodeURIComponent(year)}/filings/${form}`;
  const filed = await client.requestJson<FiledOutcome>(path, { method: 'POST', body });
  if (out === undefined) return { value: { ...filed } };
  const files = filesInArchive(await client.get(`/v1/documents/${encodeURIComponent(filed.document_id)}`));
  return { value: { ...filed, files: await writeFiles(out, files, OF_THE_OWNER) } };
};

function formIn(args: Args): string {
  const form = args.required('form');
  if (FORMS.some((each) => each === form)) return form;
  throw new WrongUsage(`--form is ${FORMS.join(', ')}, not ${JSON.stringify(form)}.`);
}

/** Stores, shows, lists and erases the tax profiles of creators, creates and rotates their keys, and exports and files the forms of a year. */
export const tax = oneOf({
  profile: oneOf({ set, show, list, history, erase, 'backup-withholding': backupWithholding }),
  settings: oneOf({ set: setSettings, show: showSettings }),
  status,
  export: exportForm,
  file,
  keys: oneOf({ create: createKey, rotate }),
});

const pathOf = (creator: string): string => `/v1/tax/profiles/${encodeURIComponent(creator)}`;

function reasonIn(args: Args): string {
  const reason = args.required('because').trim();
  if (reason === '') throw new WrongUsage('--because is empty; say in one sentence why.');
  return reason;
}

async function readProfile(file: string, { stdin }: Context): Promise<object> {
  const content = await (file === '-' ? text(stdin) : readFile(file, 'utf8')).catch((error: unknown) => {
    throw new Rejected(`${file} cannot be read: ${messageOf(error)}.`);
  });
  const profile = parsed(content);
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
