import { requirePresent } from '../../warehouse/invariant.ts';
import { elementAt, elementsAt, parseXml, textAt, type XmlElement } from '../bank/xml.ts';
import type { PageWriter } from '../render/pdf/page-writer.ts';
import { legible, legibleName, setFitting, setText } from '../render/pdf/paragraph.ts';
import { type Column, drawTable } from '../render/pdf/table.ts';
import { STYLE, WIDTH } from '../render/pdf/theme.ts';
import { FORMATS_OF, type Locale } from '../statement/format.ts';
import { pdfOfCopies } from './copies-pdf.ts';
import { COPY_WORDS } from './dac7-copy-words.ts';
import { element } from './dac7-xml.ts';
import { RULE_SET_ON } from './words.ts';

/**
 * What a seller gets of DAC7: the record of it that the tax authority gets, in words (Directive (EU) 2021/514, Annex V, section III: by 31 January,
 * to each seller its own data). Nothing is masked: the seller is to compare it.
 */
export interface Dac7Copy {
  readonly year: string;
  readonly cutoff_at: string;
  readonly creator_id: string;
  readonly record_id: string;
  readonly state: 'new' | 'corrected' | 'withdrawn';
  /** What was reported, as it stands in the message. */
  readonly seller_xml: string;
  readonly operator_xml: string;
  /** The country whose tax authority gets the message. */
  readonly sending_country: string;
  /** Where the seller can say that something is wrong. */
  readonly contact: string;
}

const LANGUAGE_OF: Readonly<Record<string, Locale>> = { DE: 'de', AT: 'de' };

/** The language of a seller: that of the country of residence if it is German, else English. */
const languageOf = (identity: XmlElement): Locale => LANGUAGE_OF[textAt(identity, 'ResCountryCode') ?? ''] ?? 'en';

const read = (xml: string): XmlElement => parseXml(Buffer.from(element('record', xml)), 'A record of DAC7');

/** The copy of one seller as a tagged PDF, in German or English. Equal copies have equal bytes: every date in it is that of the closing. */
export function renderDac7Copies(copies: readonly Dac7Copy[]): Buffer {
  const first = requirePresent(copies[0], 'A seller has at least one record.');
  const { year, cutoff_at, creator_id } = first;
  const locale = languageOf(identityOf(read(first.seller_xml)));
  const title = COPY_WORDS[locale].title(year);
  const platform = textAt(read(first.operator_xml), 'Name') ?? '';
  const paper = {
    title,
    lang: locale,
    at: cutoff_at,
    head: [title, platform],
    foot: `${title}, ${creator_id}`,
  } as const;
  return pdfOfCopies(copies, paper, (page, copy) => drawCopy(page, copy, locale));
}

function drawCopy(page: PageWriter, copy: Dac7Copy, locale: Locale): void {
  const words = COPY_WORDS[locale];
  const [seller, operator] = [read(copy.seller_xml), read(copy.operator_xml)];
  const write = (type: string, text: string, style: (typeof STYLE)['body' | 'heading' | 'quietBody' | 'amount']) =>
    page.write(type, setText(text, { style: style as typeof STYLE.body, width: WIDTH }));
  const platform = textAt(operator, 'PlatformBusinessName') ?? '';
  page.write('P', setText(legible(platform), { style: STYLE.issuer, width: WIDTH, maxLines: 3 }));
  page.y += 10;
  page.write('H1', setText(words.title(copy.year), { style: STYLE.title, width: WIDTH }));
  if (copy.state !== 'new') write('P', words[copy.state], STYLE.amount);
  const about = words.about(countryOf(copy.sending_country, locale));
  page.write('P', setText(about, { style: STYLE.period, width: WIDTH }));
  page.y += 12;
  if (copy.state !== 'new') {
    write('P', copy.state === 'withdrawn' ? words.gone : words.again, STYLE.body);
    page.y += 10;
  }
  drawOperator(page, operator, locale);
  drawFields(page, { title: words.seller, rows: sellerRows(seller, copy, locale), locale });
  drawAmounts(page, requirePresent(elementAt(seller, 'RelevantActivities'), 'A seller has activities.'), locale);
  const rules = words.rules(FORMATS_OF[locale].day(RULE_SET_ON));
  for (const text of [...words.explanations, words.contact(copy.contact), rules]) {
    page.write('P', setText(text, { style: STYLE.body, width: WIDTH }));
    page.y += 4;
  }
}

function identityOf(seller: XmlElement): XmlElement {
  const identity =
    elementAt(seller, 'Identity/IndividualSeller/Standard/IndSellerID') ??
    elementAt(seller, 'Identity/EntitySeller/Standard/EntSellerID');
  return requirePresent(identity, 'A seller has an identity.');
}

type Field = readonly [string, string | undefined];

function drawOperator(page: PageWriter, operator: XmlElement, locale: Locale): void {
  const words = COPY_WORDS[locale];
  const numbers: Field[] = [...tinsOf(operator, locale), [words.vatId, textAt(operator, 'VAT')]];
  page.write('H2', setText(words.operator, { style: STYLE.label, width: WIDTH }));
  page.write('P', setText(legible(textAt(operator, 'Name') ?? ''), { style: STYLE.name, width: WIDTH, maxLines: 4 }));
  const given = numbers.flatMap(([label, value]) => (value === undefined ? [] : [`${label}: ${value}`]));
  for (const line of [addressOf(operator, locale), ...given])
    page.write('P', setText(legible(line), { style: STYLE.body, width: WIDTH }));
  page.y += 14;
}

function sellerRows(seller: XmlElement, { creator_id, record_id }: Dac7Copy, locale: Locale): Field[] {
  const [words, { day }] = [COPY_WORDS[locale], FORMATS_OF[locale]];
  const identity = identityOf(seller);
  const standard =
    elementAt(seller, 'Identity/IndividualSeller/Standard') ?? elementAt(seller, 'Identity/EntitySeller/Standard');
  const at = (path: string): string | undefined => textAt(identity, path);
  const beside = (path: string): string | undefined => standard && textAt(standard, path);
  const person = elementAt(identity, 'Name/LastName') && `${at('Name/FirstName')} ${at('Name/LastName')}`;
  const register = elementAt(identity, 'IN');
  const born = at('BirthInfo/BirthDate');
  const place = [at('BirthInfo/BirthPlace/City'), at('BirthInfo/BirthPlace/CountryInfo/CountryCode')];
  const branches = standard && elementsAt(standard, 'PermanentEstablishments/PermanentEstablishment');
  return [
    person ? [words.name, legibleName(person, creator_id)] : [words.legalName, at('Name')],
    [words.address, addressOf(identity, locale)],
    [words.residence, countryOf(at('ResCountryCode') ?? '', locale)],
    ...tinsOf(identity, locale),
    [words.vatId, at('VAT')],
    [words.registration(register?.attributes.issuedBy ?? ''), register?.text],
    [words.birthDate, born && day(born)],
    [words.birthPlace, place.filter(Boolean).join(', ') || undefined],
    [words.account, beside('FinancialIdentifier/Identifier')],
    [words.holder, beside('FinancialIdentifier/AccountHolderName')],
    [words.establishments, branches?.map(({ text }) => countryOf(text, locale)).join(', ') || undefined],
    [words.sellerId, creator_id],
    [words.record, record_id],
  ];
}

function tinsOf(party: XmlElement, locale: Locale): Field[] {
  const words = COPY_WORDS[locale];
  return elementsAt(party, 'TIN').map(({ text, attributes }): Field => {
    return attributes.unknown === 'true' ? words.noTin : [words.tin(attributes.issuedBy ?? ''), text];
  });
}

function addressOf(party: XmlElement, locale: Locale): string {
  const at = (path: string): string | undefined => textAt(party, `Address/${path}`);
  const town = [at('AddressFix/PostCode'), at('AddressFix/City')].filter(Boolean).join(' ');
  const country = countryOf(at('CountryCode') ?? '', locale);
  return [at('AddressFix/Street'), town, at('AddressFix/CountrySubentity'), country].filter(Boolean).join(', ');
}

function countryOf(code: string, locale: Locale): string {
  return /^[A-Z]{2}$/.test(code) ? (new Intl.DisplayNames(locale, { type: 'region' }).of(code) ?? code) : code;
}

function drawFields(
  page: PageWriter,
  { title, rows, locale }: { title: string; rows: readonly Field[]; locale: Locale },
): void {
  const [field, reported] = COPY_WORDS[locale].fields;
  const columns = [
    { title: field, x: 0, width: 150, align: 'left' },
    { title: reported, x: 158, width: WIDTH - 158, align: 'left' },
  ] as const;
  const shown = rows.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
  drawTable(page, {
    ...{ title, columns },
    rows: shown.map(([label, value]) => ({
      kind: 'line' as const,
      cells: [
        [setText(label, { style: STYLE.cell, width: columns[0].width })],
        [setText(legible(value), { style: STYLE.cellStrong, width: columns[1].width })],
      ],
    })),
  });
  page.y += 14;
}

const COLUMNS: readonly Omit<Column, 'title'>[] = [
  { x: 0, width: 142, align: 'left' },
  ...[0, 1, 2, 3, 4].map((at) => ({ x: 150 + at * 69.5, width: 66, align: 'right' as const })),
];

/** All four quarters, and the year. */
function drawAmounts(page: PageWriter, activities: XmlElement, locale: Locale): void {
  const [words, { digits }] = [COPY_WORDS[locale], FORMATS_OF[locale]];
  const activity = requirePresent(activities.children[0], 'A seller has an activity.');
  const quarters = (group: string, name: string): bigint[] =>
    [1, 2, 3, 4].map((quarter) => BigInt(textAt(activity, `${group}/${name}Q${quarter}`) ?? '0'));
  const rows = [
    [words.consideration, quarters('Consideration', 'Cons')],
    [words.fees, quarters('Fees', 'Fees')],
    [words.taxes, quarters('Taxes', 'Tax')],
    [words.count, quarters('NumberOfActivities', 'Numb')],
  ] as const;
  const kind = activity.name === 'SaleOfGoods' ? 'SaleOfGoods' : 'PersonalServices';
  const currency = elementAt(activity, 'Consideration/ConsQ1')?.attributes.currCode ?? '';
  drawTable(page, {
    title: words.amounts(words.activities[kind], currency),
    columns: COLUMNS.map((column, at) => ({ ...column, title: words.columns[at] ?? '' })),
    rows: rows.map(([label, amounts]) => {
      const year = amounts.reduce((sum, amount) => sum + amount, 0n);
      const [first, ...others] = COLUMNS;
      return {
        kind: 'line' as const,
        cells: [
          [setText(label, { style: STYLE.cell, width: first?.width ?? 0 })],
          ...[...amounts, year].map((amount, at) => [
            setFitting(digits(String(amount)), {
              style: at === amounts.length ? STYLE.figureStrong : STYLE.figure,
              ...{ width: others[at]?.width ?? 0, align: 'right' as const },
            }),
          ]),
        ],
      };
    }),
  });
  page.y += 14;
}
