import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import type { Dac7Copy } from './dac7-copy.ts';
import { assertSellers, type Seller } from './dac7-fields.ts';
import { operatorXml, sellerXml } from './dac7-seller.ts';
import { element, text } from './dac7-xml.ts';
import type { Change, Changes, FiledForm, FiledRecord, PayerRecord, RecordRules, Reported } from './filed.ts';
import type { FormYear } from './form-year.ts';
import { assertNoFaults } from './profiles.ts';
import { copiesOf, type FormFiles } from './recipient-copy.ts';
import type { RenderOptions } from './render-options.ts';
import type { Dac7Settings } from './tax-file.ts';

interface Options extends RenderOptions {
  readonly settings: Dac7Settings;
}

/** The identity and the activities of each seller as XML. Throws `Rejected` with every field that DPI does not take. */
export function reportedOnDac7(year: FormYear, options: Options): Reported<string>[] {
  const sellers = year.included.map((creator): Seller => {
    const profile = options.profiles.get(creator.creator_id);
    const isSeller = profile?.form === 'dac7_person' || profile?.form === 'dac7_entity';
    invariant(isSeller, `${creator.creator_id} must have seller data to be on DAC7.`);
    return { creator, profile };
  });
  assertSellers(year, sellers);
  const bodies = sellers.map((seller) => sellerXml(seller, year, options));
  assertNoFaults({ ...year, faults: bodies.flatMap(({ faults }) => faults) });
  return sellers.map(({ creator }, index) => ({
    ...{ creator_id: creator.creator_id, part: '', content: bodies[index]?.xml ?? '' },
  }));
}

const prefixOf = ({ tax_year }: FormYear, { sending_country, receiving_country, operator_id }: Dac7Settings): string =>
  `${sending_country}${tax_year.year}${receiving_country}-${operator_id}-`;

const shortHash = (content: string): string => sha256Hex(content).slice(0, 32);

/** An id by content; of content whose id was used, as in a message that was refused, another one. */
function unusedId(content: string, { prefix, ids }: { prefix: string; ids: ReadonlySet<string> }): string {
  for (let attempt = 0; ; attempt += 1) {
    const id = prefix + shortHash(attempt === 0 ? content : JSON.stringify([content, attempt]));
    if (!ids.has(id)) return id;
  }
}

/** A correction repeats the whole seller. An id depends on the content and on the record before it, so none is used twice. */
export function dac7Rules(year: FormYear, { settings }: Pick<Options, 'settings'>): RecordRules<string> {
  return {
    isCorrectable: () => true,
    withdrawn: (content) => content,
    idOf: ({ content, act }, { before, ids }) =>
      unusedId(before ? JSON.stringify([act, before.record_id, content]) : content, {
        ...{ prefix: prefixOf(year, settings), ids },
      }),
  };
}

interface Filed extends FormFiles {
  readonly payer: PayerRecord;
  readonly ids: readonly string[];
}

/** OECD0 sends what has not changed once more, under the id that it has. */
type Indicator = 'OECD0' | 'OECD1' | 'OECD2' | 'OECD3';
const INDICATORS: Readonly<Record<Change<string>['act'], Indicator>> = {
  new: 'OECD1',
  corrected: 'OECD2',
  withdrawn: 'OECD3',
};

interface Doc {
  readonly indicator: Indicator;
  readonly record_id: string;
  readonly amends: string | null;
  readonly content: string;
}

interface Message {
  readonly name: string;
  readonly type: 'DPI401' | 'DPI402' | 'DPI403';
  readonly operator: Doc;
  readonly sellers: readonly Doc[];
}

/**
 * The messages of a filing in DPI XML 1.0 (DPIXML_v1.0.xsd; Directive (EU) 2021/514, Annex V). New sellers (OECD1) have a message, and
 * what corrects or deletes others (OECD2, OECD3) has another one, to be sent before it. The operator is new in the first message of a
 * year, corrected where it has changed, and sent again (OECD0) otherwise. Equal content has equal ids.
 */
export function renderDac7(
  { changes, records }: Changes<string>,
  { year, before, ...options }: Options & { year: FormYear; before: FiledForm | undefined },
): Filed {
  const docs = changes.map(
    ({ act, content, record_id, amends }): Doc => ({
      ...{ indicator: INDICATORS[act], record_id, content },
      amends: act === 'new' ? null : amends,
    }),
  );
  const [added, others] = [docs.filter(isNew), docs.filter((doc) => !isNew(doc))];
  const operator = operatorOf({ added, before }, { year, ...options });
  const again: Doc = { ...operator, indicator: 'OECD0', amends: null };
  const stem = `dac7-${year.tax_year.year}`;
  const messages: Message[] = [];
  if (others.length > 0 || operator.indicator === 'OECD2')
    messages.push({ name: `${stem}-corrections.xml`, type: 'DPI402', operator, sellers: others });
  if (operator.indicator === 'OECD1')
    messages.push({ name: `${stem}.xml`, type: added.length === 0 ? 'DPI403' : 'DPI401', operator, sellers: added });
  else if (added.length > 0)
    messages.push({ name: `${stem}-new.xml`, type: 'DPI401', operator: again, sellers: added });
  const written = messages.map((message) => messageXml(message, { year, ...options }));
  assertMessages(messages, { refs: written.map(({ ref }) => ref), before });
  return {
    files: written.map(({ xml }, index) => ({
      ...{
        name: messages[index]?.name ?? '',
        bytes: Buffer.from(xml),
        row_count: messages[index]?.sellers.length ?? 0,
      },
    })),
    copies: copiesOf(
      { changes, records },
      { copyOf: (record, isAgain) => copyOf(record, { isAgain, operator, year, ...options }) },
    ),
    payer: { record_id: operator.record_id, content: operator.content },
    ids: [...docs, operator].map(({ record_id }) => record_id).concat(written.map(({ ref }) => ref)),
  };
}

/** A seller on whom nothing has changed keeps the copy that it has, also where the operator has a new address. */
function copyOf(
  { creator_id, record_id, content, is_withdrawn }: FiledRecord<string>,
  { isAgain, operator, year, file, settings }: Options & { isAgain: boolean; operator: Doc; year: FormYear },
): Dac7Copy {
  const { year: of, cutoff_at } = year.tax_year;
  return {
    ...{ year: of, cutoff_at, creator_id, record_id, sending_country: settings.sending_country },
    state: is_withdrawn ? 'withdrawn' : isAgain ? 'corrected' : 'new',
    seller_xml: content,
    operator_xml: operator.content,
    contact: file.payer.email,
  };
}

const isNew = ({ indicator }: Doc): boolean => indicator === 'OECD1';

function operatorOf(
  { added, before }: { added: readonly Doc[]; before: FiledForm | undefined },
  { year, file, settings }: Options & { year: FormYear },
): Doc {
  const content = operatorXml(file, settings);
  const last = before?.payer;
  if (last?.content === content) return { indicator: 'OECD0', record_id: last.record_id, amends: null, content };
  const place = { prefix: prefixOf(year, settings), ids: new Set(before?.used_ids) };
  if (last) {
    const record_id = unusedId(JSON.stringify(['operator', last.record_id, content]), place);
    return { indicator: 'OECD2', record_id, amends: last.record_id, content };
  }
  const record_id = unusedId(content + added.map(sellerElement).join('\n'), place);
  return { indicator: 'OECD1', record_id, amends: null, content };
}

/** What the schema does not say: kinds of records are not mixed, a record that is corrected is named, and no id is used twice. */
function assertMessages(
  messages: readonly Message[],
  { refs, before }: { refs: readonly string[]; before: FiledForm | undefined },
): void {
  const used = new Set(before?.used_ids);
  const use = (id: string): void => {
    invariant(!used.has(id), `The id ${id} must be used once.`);
    used.add(id);
  };
  for (const { name, type, operator, sellers } of messages) {
    const allowed: readonly Indicator[] = type === 'DPI402' ? ['OECD2', 'OECD3'] : ['OECD1'];
    const isPure = sellers.every(({ indicator }) => allowed.includes(indicator));
    const isFit = operator.indicator === 'OECD0' || allowed.includes(operator.indicator);
    invariant(isPure && isFit, `${name} must not mix new and corrected data.`);
    for (const { indicator, record_id, amends } of [operator, ...sellers]) {
      const isCorrection = indicator === 'OECD2' || indicator === 'OECD3';
      const isNamed = amends === null ? !isCorrection : isCorrection && used.has(amends);
      invariant(isNamed, `${record_id} must name the record that it corrects, and only then.`);
      if (indicator !== 'OECD0') use(record_id);
      else invariant(used.has(record_id), `The operator ${record_id} must be on file to be sent again.`);
    }
  }
  for (const ref of refs) use(ref);
}

function docSpec({ indicator, record_id, amends }: Doc): string {
  return element(
    'DocSpec',
    [
      text('stf:DocTypeIndic', indicator),
      text('stf:DocRefId', record_id),
      amends === null ? '' : text('stf:CorrDocRefId', amends),
    ].join(''),
  );
}

const sellerElement = (doc: Doc): string => element('ReportableSeller', `${doc.content}${docSpec(doc)}`);

function messageXml(
  { type, operator, sellers }: Message,
  { year, settings }: Pick<Options, 'settings'> & { year: FormYear },
): { readonly xml: string; readonly ref: string } {
  const reported = sellers.map(sellerElement).join('\n');
  const body = `${element('PlatformOperator', `${operator.content}${docSpec(operator)}`)}\n${reported}`;
  const ref = prefixOf(year, settings) + shortHash(body);
  const spec = messageSpec(year, { settings, ref, type });
  const xml =
    `<?xml version="1.0" encoding="UTF-8"?>\n<DPI_OECD xmlns="urn:oecd:ties:dpi:v1" xmlns:stf="urn:oecd:ties:dpistf:v1" version="1.0">\n` +
    `${spec}\n${element('DPIBody', body)}\n</DPI_OECD>\n`;
  return { xml, ref };
}

function messageSpec(
  { tax_year }: FormYear,
  { settings, ref, type }: { settings: Dac7Settings; ref: string; type: Message['type'] },
): string {
  return element(
    'MessageSpec',
    [
      text('SendingEntityIN', settings.operator_id),
      text('TransmittingCountry', settings.sending_country),
      text('ReceivingCountry', settings.receiving_country),
      text('MessageType', 'DPI'),
      text('MessageRefId', ref),
      text('MessageTypeIndic', type),
      text('ReportingPeriod', `${tax_year.year}-12-31`),
      text('Timestamp', tax_year.cutoff_at),
    ].join(''),
  );
}
