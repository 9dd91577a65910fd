import type { Dac7EntityProfile, Dac7PersonProfile } from '../../ingest/tax/forms.ts';
import { requireExponent } from '../../warehouse/currencies.ts';
import { dividedHalfAway } from '../../warehouse/money.ts';
import { considerationOf } from './amounts.ts';
import { converter } from './convert.ts';
import type { Seller } from './dac7-fields.ts';
import { element, optional, text } from './dac7-xml.ts';
import type { FormCreator, FormYear } from './form-year.ts';
import type { Dac7Settings, TaxFile } from './tax-file.ts';
import { leftToHand } from './words.ts';

interface Options {
  readonly file: TaxFile;
  readonly settings: Dac7Settings;
}

/** The operator, without the ids of its record. */
export function operatorXml({ payer }: TaxFile, { tin, vat_id, platform_name, nexus }: Dac7Settings): string {
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

/** Who a seller is and what it was paid, and what a person must decide first. */
export function sellerXml(seller: Seller, year: FormYear, options: Options): { xml: string; faults: string[] } {
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
  const unit = 10n ** BigInt(requireExponent(currency));
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
            `${creator_id}: ${name}Q${index + 1} is negative; decide how it is reported, ${leftToHand(file, 'dac7')}.`,
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
