import { join } from 'node:path';
import type { Cancellation } from '../../jobs/invoices/cancellations.ts';
import { INVOICE_DOCUMENTS } from '../../jobs/invoices/draw-invoice.ts';
import type { InvoiceStatus } from '../../jobs/invoices/invoice-status.ts';
import type { ListedInvoice } from '../../jobs/invoices/list-invoices.ts';
import { Rejected } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { oneOf, periodJob } from './acts.ts';
import { allRows } from './all-rows.ts';
import { type Act, WrongUsage } from './command.ts';
import { textOfFile } from './read-file.ts';
import { makeFolder, writeBelow } from './write-files.ts';

const issue = periodJob('issue-invoices');

const status: Act = async (args, { open }) => {
  const period = parsePeriod(args.require('The period')[0]);
  return { value: { ...(await (await open()).requestJson<InvoiceStatus>(`/v1/periods/${period}/invoices/status`)) } };
};

const list: Act = async (args, { open }) => {
  args.require();
  const filters = new URLSearchParams();
  for (const name of ['period', 'subject']) {
    const value = args.option(name);
    if (value !== undefined) filters.set(name, value);
  }
  return { value: { invoices: await allRows<ListedInvoice>(await open(), `/v1/invoices?${filters}`) } };
};

/** Writes the PDF and the UBL of every invoice of a month to a folder. */
const download: Act = async (args, { open }) => {
  const period = parsePeriod(args.require('The period')[0]);
  const out = args.requireOption('out');
  const client = await open();
  await makeFolder(out);
  const files: string[] = [];
  for (const kind of INVOICE_DOCUMENTS) {
    const path = `/v1/documents?kind=${kind}&period=${period}`;
    for (const { document_id, file_name } of await allRows<Listed>(client, path)) {
      const bytes = await client.get(`/v1/documents/${encodeURIComponent(document_id)}`);
      await writeBelow(out, { name: file_name, bytes });
      files.push(join(out, file_name));
    }
  }
  return { value: { period, files } };
};

interface Listed {
  readonly document_id: string;
  readonly file_name: string;
}

/** Records an agreement with the hash of its text, or ends it. */
const agree: Act = async (args, context) => {
  const [creator] = args.require('The id of the creator');
  const path = `/v1/creators/${encodeURIComponent(creator)}/self-billing-agreements`;
  const [by, ended_on] = [args.requirePerson(), args.option('end')];
  if (ended_on !== undefined) {
    const client = await context.open();
    return { value: await client.requestJson(`${path}/end`, { method: 'POST', body: { ended_on, by } }) };
  }
  const text_hash = sha256Hex(await textOfFile(args.requireOption('text'), context));
  const body = { agreement_version: args.requireOption('version'), agreed_on: args.requireOption('on'), text_hash, by };
  return { value: await (await context.open()).requestJson(path, { method: 'POST', body }) };
};

const setProfile: Act = async (args, context) => {
  const [kind, id] = args.require('creator or developer', 'The id');
  const file = args.requireOption('file');
  const business = parseBusiness(await textOfFile(file, context), file);
  const body = { business, by: args.requirePerson() };
  return { value: await (await context.open()).requestJson(requireProfilePath(kind, id), { method: 'POST', body }) };
};

const showProfile: Act = async (args, { open }) => {
  const [kind, id] = args.require('creator or developer', 'The id');
  const reader = args.option('by') === undefined ? '' : `?${new URLSearchParams({ by: args.requirePerson() })}`;
  return { value: await (await open()).requestJson(`${requireProfilePath(kind, id)}${reader}`) };
};

function requireProfilePath(kind: string, id: string): string {
  if (kind !== 'creator' && kind !== 'developer') throw new WrongUsage(`${kind} is not creator or developer.`);
  return `/v1/billing-profiles/${kind}/${encodeURIComponent(id)}`;
}

const answer: Act = async (args, { open }) => {
  const [invoice, word] = args.require('The id of the invoice', 'accepted or disputed');
  if (word !== 'accepted' && word !== 'disputed') throw new WrongUsage(`${word} is not accepted or disputed.`);
  const [because, reference] = [args.option('because'), args.option('reference')];
  const body = {
    ...{ answer: word, by: args.requirePerson() },
    ...(because !== undefined && { because }),
    ...(reference !== undefined && { reference }),
  };
  const path = `/v1/invoices/${encodeURIComponent(invoice)}/answers`;
  return { value: await (await open()).requestJson(path, { method: 'POST', body }) };
};

/** Cancels an invoice by a credit note. */
const cancel: Act = async (args, { open }) => {
  const [invoice] = args.require('The id of the invoice');
  const body = { because: args.requireReason(), by: args.requirePerson() };
  const path = `/v1/invoices/${encodeURIComponent(invoice)}/cancellation`;
  const cancelled = await (await open()).requestJson<Cancellation>(path, { method: 'POST', body });
  const note =
    'Next: tantieme invoices issue MONTH, which renders the credit note and draws a new invoice, as profiles and settings are now.';
  return { value: { ...cancelled, note } };
};

/** Issues, lists, cancels and writes invoices; records agreements, businesses and answers. */
export const invoices: Act = oneOf({
  ...{ issue, status, list, download, agree, answer, cancel },
  profile: oneOf({ set: setProfile, show: showProfile }),
});

function parseBusiness(content: string, file: string): object {
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new Rejected(`${file} has no business in it: it must be one JSON object.`);
}
