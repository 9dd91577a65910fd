import type { Dac7EntityProfile, Dac7PersonProfile } from '../../ingest/tax/forms.ts';
import { exponentOf } from '../../warehouse/currencies.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import { invariant } from '../../warehouse/invariant.ts';
import { dividedHalfAway } from '../../warehouse/money.ts';
import type { ExportFile } from '../render/export-files.ts';
import { escaped } from '../render/workbook-package.ts';
import { considerationOf, type FormCreator, type FormYear } from './compose.ts';
import { converter } from './convert.ts';
import { assertSellers, type Seller } from './dac7-fields.ts';
import { assertNoFaults, type Profiles } from './profiles.ts';
import type { Dac7Settings, TaxFile } from './tax-file.ts';

interface Options {
  readonly file: TaxFile;
  readonly settings: Dac7Settings;
  readonly profiles: Profiles;
}

/**
 * The first report of a year in DPI XML 1.0 (DPIXML_v1.0.xsd; Directive (EU) 2021/514, Annex V): new data (OECD1) alone, or that there is
 * nothing to report. Equal content has equal ids, so a repeated export is the same message. Throws `Rejected` with every field that DPI
 * does not take.
 */
export function renderDac7(year: FormYear, options: Options): ExportFile[] {
  const { file, settings } = options;
  const sellers = year.included.map((creator): Seller => {
    const profile = options.profiles.get(creator.creator_id);
    const isSeller = profile?.form === 'dac7_person' || profile?.form === 'dac7_entity';
    invariant(isSeller, `${creator.creator_id} must have seller data to be on DAC7.`);
    return { creator, profile };
  });
  assertSellers(year, sellers);
  const bodies = sellers.map((seller) => sellerXml(seller, year, options));
  assertNoFaults({ ...year, faults: bodies.flatMap(({ faults }) => faults) });
  const prefix = `${settings.sending_country}${year.tax_year.year}${settings.receiving_country}-${settings.operator_id}-`;
  const docSpec = (content: string): string =>
    element(
      'DocSpec',
      `<stf:DocTypeIndic>OECD1</stf:DocTypeIndic>${text('stf:DocRefId', prefix + shortHash(content))}`,
    );
  const operator = operatorXml(file, settings);
  const reported = bodies.map(({ xml }) => element('ReportableSeller', `${xml}${docSpec(xml)}`)).join('\n');
  // An operator is reported with each message, so its id depends on the sellers too.
  const body = `${element('PlatformOperator', `${operator}${docSpec(operator + reported)}`)}\n${reported}`;
  const spec = messageSpec(year, { settings, ref: prefix + shortHash(body), isEmpty: sellers.length === 0 });
  const xml =
    `<?xml version="1.0" encoding="UTF-8"?>\n<DPI_OECD xmlns="urn:oecd:ties:dpi:v1" xmlns:stf="urn:oecd:ties:dpistf:v1" version="1.0">\n` +
    `${spec}\n${element('DPIBody', body)}\n</DPI_OECD>\n`;
  return [{ name: `dac7-${year.tax_year.year}.xml`, bytes: Buffer.from(xml), row_count: sellers.length }];
}

const shortHash = (content: string): string => sha256Hex(content).slice(0, 32);

const element = (name: string, inner: string, attributes = ''): string => `<${name}${attributes}>${inner}</${name}>`;
const text = (name: string, value: string, attributes = ''): string => element(name, escaped(value), attributes);
const optional = (name: string, value: string | undefined | null): string => (value ? text(name, value) : '');

function messageSpec(
  { tax_year }: FormYear,
  { settings, ref, isEmpty }: { settings: Dac7Settings; ref: string; isEmpty: boolean },
): string {
  return element(
    'MessageSpec',
    [
      text('SendingEntityIN', settings.operator_id),
      text('TransmittingCountry', settings.sending_country),
      text('ReceivingCountry', settings.receiving_country),
      text('MessageType', 'DPI'),
      text('MessageRefId', ref),
      text('MessageTypeIndic', isEmpty ? 'DPI403' : 'DPI401'),
      text('ReportingPeriod', `${tax_year.year}-12-31`),
      text('Timestamp', tax_year.cutoff_at),
    ].join(''),
  );
}

function operatorXml({ payer }: TaxFile, { tin, vat_id, platform_name, nexus }: Dac7Settings): string {
  return [
    text('ResCountryCode', payer.address.country),
    text('TIN', tin.value, ` issuedBy="${tin.country}"`),
    optional('VAT', vat_id),
    text('Name', payer.name),
    text('PlatformBusinessName', platform_name),
    addressXml(payer.address, ' legalAddressType="OECD304"'),
    text('Nexus', nexus),
    text('AssumedReporting', 'false'),
  ].join('');
}

function addressXml(
  { street, city, region, postal_code, country }: Dac7PersonProfile['address'],
  attributes = '',
): string {
  const fix = [
    text('Street', street),
    optional('PostCode', postal_code),
    text('City', city),
    optional('CountrySubentity', region),
  ];
  return element('Address', `${text('CountryCode', country)}${element('AddressFix', fix.join(''))}`, attributes);
}

function sellerXml(seller: Seller, year: FormYear, options: Options): { xml: string; faults: string[] } {
  const { profile } = seller;
  const account = options.settings.financial_accounts === 'included' ? accountXml(profile) : '';
  const identity =
    profile.form === 'dac7_person'
      ? element('IndividualSeller', element('Standard', `${element('IndSellerID', personXml(profile))}${account}`))
      : element(
          'EntitySeller',
          element('Standard', `${element('EntSellerID', entityXml(profile))}${account}${branches(profile)}`),
        );
  const { xml, faults } = activityXml(seller.creator, year, options);
  return { xml: `${element('Identity', identity)}${element('RelevantActivities', xml)}`, faults };
}

function personXml(profile: Dac7PersonProfile): string {
  const { birth_place } = profile;
  const place =
    birth_place &&
    element(
      'BirthPlace',
      `${text('City', birth_place.city)}${element('CountryInfo', text('CountryCode', birth_place.country))}`,
    );
  return [
    text('ResCountryCode', profile.residence_country),
    tinsXml(profile),
    optional('VAT', profile.vat_id),
    element('Name', `${text('FirstName', profile.first_name)}${text('LastName', profile.last_name)}`),
    addressXml(profile.address),
    element('BirthInfo', `${text('BirthDate', profile.birth_on)}${place ?? ''}`),
  ].join('');
}

function entityXml(profile: Dac7EntityProfile): string {
  return [
    text('ResCountryCode', profile.residence_country),
    tinsXml(profile),
    text('IN', profile.registration_number, ` issuedBy="${profile.residence_country}" INType="BRN"`),
    optional('VAT', profile.vat_id),
    text('Name', profile.legal_name),
    addressXml(profile.address),
  ].join('');
}

function tinsXml({ tins }: Pick<Dac7PersonProfile, 'tins'>): string {
  if (tins.length === 0) return text('TIN', 'NOTIN', ' unknown="true"');
  return tins.map(({ country, value }) => text('TIN', value, ` issuedBy="${country}"`)).join('');
}

function accountXml({ financial_account: account }: Dac7PersonProfile | Dac7EntityProfile): string {
  if (!account) return '';
  const type = account.type === 'iban' ? 'IBAN' : 'Other';
  const identifier = text('Identifier', account.identifier, ` AccountNumberType="${type}"`);
  return element('FinancialIdentifier', `${identifier}${optional('AccountHolderName', account.holder_name)}`);
}

function branches({ establishment_countries: countries = [] }: Dac7EntityProfile): string {
  const each = countries.map((country) => text('PermanentEstablishment', country)).join('');
  return each && element('PermanentEstablishments', each);
}

/** All four quarters of each figure, in whole units. A negative one is for a person: the schema lets it pass. */
function activityXml(
  { creator_id, parts }: FormCreator,
  { tax_year }: FormYear,
  { file, settings }: Options,
): { xml: string; faults: string[] } {
  const { currency } = settings;
  const convert = converter(file, { year: tax_year.year, currency });
  const unit = 10n ** BigInt(exponentOf(currency));
  const faults: string[] = [];
  const quarters = (
    name: string,
    minorOf: (quarter: FormCreator['parts'][number]['quarters'][number]) => bigint,
  ): string =>
    [0, 1, 2, 3]
      .map((index) => {
        const amounts = parts.flatMap((part) =>
          part.quarters.slice(index, index + 1).map((q) => [part.currency, minorOf(q)] as const),
        );
        const whole = dividedHalfAway(convert(amounts), unit);
        if (whole < 0n)
          faults.push(
            `${creator_id}: ${name}Q${index + 1} is negative; decide how it is reported, and report it by hand.`,
          );
        return text(`${name}Q${index + 1}`, String(whole), ` currCode="${currency}"`);
      })
      .join('');
  const counts = [0, 1, 2, 3].map((index) => {
    const count = parts.reduce((sum, part) => sum + (part.quarters[index]?.activity_count ?? 0n), 0n);
    return text(`NumbQ${index + 1}`, String(count));
  });
  const xml = [
    element(
      'Consideration',
      quarters('Cons', (quarter) => considerationOf(quarter, file)),
    ),
    element('NumberOfActivities', counts.join('')),
    element(
      'Fees',
      quarters('Fees', ({ fee_minor }) => fee_minor),
    ),
    element(
      'Taxes',
      quarters('Tax', ({ withheld_minor }) => withheld_minor),
    ),
  ].join('');
  const activity = settings.activity === 'sale_of_goods' ? 'SaleOfGoods' : 'PersonalServices';
  return { xml: element(activity, xml), faults: [...convert.missing(), ...faults] };
}
